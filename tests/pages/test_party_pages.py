"""Whom we deal with, and what is agreed with one of them."""

from datetime import date
from uuid import UUID

import pytest

from settlement.agreements.contract import NewContract, NewSubscription
from settlement.agreements.contracts import service as contracts
from settlement.catalogue import service as catalogue
from settlement.catalogue.products import service as products
from settlement.catalogue.promotions import service as promotions
from settlement.parties.party import Kind, TaxUnit
from tenants.ids import tenant_id_of
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.pages.conftest import Office
from tests.pages.reader import signed_in, text_of
from tests.settlement.parties.builders import a_registered_party


@pytest.mark.parametrize("language", ["en", "pl", "ru"])
@pytest.mark.parametrize("kind", list(Kind))
def test_one_party_of_each_kind_can_be_read(office: Office, kind: Kind, language: str) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR, language)

    page = reader.read(f"/parties/{office.world.parties[kind]}")

    told = {Kind.CARRIER: "IC-atlantic"}.get(kind, "Europe/Warsaw")
    assert told in text_of(page)


def test_the_list_shows_one_kind_and_leads_to_each(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.FINANCE_MAKER)

    everybody = reader.open("/parties").text
    partners = reader.open("/parties?kind=partner").text

    addresses = {kind: f"/parties/{office.world.parties[kind]}" for kind in Kind}
    assert all(address in everybody for address in addresses.values())
    assert [kind for kind in Kind if addresses[kind] in partners] == [Kind.PARTNER]


def test_the_page_names_the_part_of_a_taxpayer_that_buys(office: Office) -> None:
    unit = TaxUnit("local_government", "Szkoła nr 1", "5260250274-12345")
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.unit") as session:
        school = a_registered_party(session, "school", tax_id="PL5260250274", tax_unit=unit)
    reader = signed_in(office.app, office.world, Role.OPERATOR)

    told = text_of(reader.read(f"/parties/{school.id}"))

    assert "Unit of a local government Szkoła nr 1, 5260250274-12345" in told


def test_a_person_says_which_part_of_a_taxpayer_a_party_is(office: Office) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.unit") as session:
        member = a_registered_party(session, "member", tax_id="PL5260250274")
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    place = f"/parties/{member.id}"
    said = {"unit_name": "Spółka córka", "unit_number": "5260250274-12345"}

    reader.send(f"{place}/tax-unit", unit_kind="vat_group", **said)
    assert "Member of a VAT group Spółka córka, 5260250274-12345" in text_of(reader.read(place))
    reader.send(f"{place}/tax-unit", unit_kind="", **said)
    assert "Member of a VAT group Spółka córka" not in text_of(reader.read(place))


def test_the_page_names_who_applied_for_a_contract_and_who_pays(office: Office) -> None:
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.roles") as session:
        child = a_registered_party(session, "child", name="Ewa Nowak")
        a_registered_party(session, "mother", name="Maria Nowak")
        a_registered_party(session, "uncle", name="Jan Kowal")
        day = date(2026, 1, 1)
        signed = [
            NewContract("R/1", "child", "PLN", day, applicant="mother", payer="uncle"),
            NewContract("R/2", "child", "PLN", day, applicant="child"),
        ]
        contracts.load_contracts(session, signed)
    reader = signed_in(office.app, office.world, Role.OPERATOR)

    told = text_of(reader.read(f"/parties/{child.id}"))

    assert "R/1 Maria Nowak Jan Kowal" in told
    assert "R/2 – –" in told


def test_a_partner_sees_no_parties(office: Office) -> None:
    reader = signed_in(office.app, office.world, Role.PARTNER_USER)

    assert reader.open("/parties").status_code == 403


@pytest.mark.parametrize(
    ("language", "ordinal", "unanswered"),
    [
        ("en", 7, "no service is configured"),
        ("pl", 8, "nie skonfigurowano żadnej usługi"),
        ("ru", 9, "служба не настроена"),
    ],
)
def test_a_person_enters_a_check_and_decides_on_the_tax_of_a_party(
    office: Office, language: str, ordinal: int, unanswered: str
) -> None:
    reader = signed_in(office.app, office.world, Role.OPERATOR, language)
    party = f"/parties/{office.world.parties[Kind.PARTNER]}"
    assert f"{party}/tax" in reader.open(party).text

    reader.send(f"{party}/tax/checks")
    reader.send(
        f"{party}/tax/entered-checks",
        service="VIES",
        request_identifier=f"WAPI-{language}",
        answer="valid",
    )
    reader.send(f"{party}/tax/decisions", period=f"2026-0{ordinal}", reason=f"withdrawn {language}")

    told = text_of(reader.read(f"{party}/tax"))
    assert f"WAPI-{language}" in told
    assert unanswered in told
    assert f"withdrawn {language}" in told


def test_a_person_charges_one_subscription_and_takes_off_again(office: Office) -> None:
    place = f"/parties/subscriptions/{a_subscription(office, 'charged')}"
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    assert "Nothing was charged individually." in text_of(reader.read(place))
    sent = {"product": "charged-phone", "charged_on": "2026-11-05", "reason": "Used phone, IMEI 1"}

    # Of goods under the margin scheme the cost must be told.
    refused = reader.send(f"{place}/charges", amount="1000.00", **sent)
    assert "charged-phone is sold under the margin scheme." in refused.text
    reader.send(f"{place}/charges", amount="1000.00", purchase_cost="600.00", **sent)
    sent |= {"product": "charged-line", "reason": "Ten days without service"}
    reader.send(f"{place}/charges", amount="-12.50", **sent)

    told = text_of(reader.read(place))
    assert "Used phone Used phone, IMEI 1 600.00 PLN 1,000.00 PLN" in told
    assert "Line Ten days without service – -12.50 PLN" in told


def test_a_person_grants_a_promotion_and_agrees_a_further_term(office: Office) -> None:
    place = f"/parties/subscriptions/{a_subscription(office, 'granted')}"
    reader = signed_in(office.app, office.world, Role.OPERATOR)
    reader.read(place)

    granted = {"promotion": "granted-hello", "begins_on": "2026-11-10", "reason": "Retained"}
    reader.send(f"{place}/promotions", **granted)
    reader.send(f"{place}/commitments", begins_on="2027-01-01")

    told = text_of(reader.read(place))
    assert "Hello 10 Nov 2026 Retained" in told
    assert "Further terms 1 Jan 2027" in told


@pytest.mark.parametrize("language", ["en", "pl", "ru"])
def test_who_may_only_read_sees_no_form_of_a_subscription(office: Office, language: str) -> None:
    subscription = a_subscription(office, f"read-{language}")
    reader = signed_in(office.app, office.world, Role.READ_ONLY, language)

    page = reader.read(f"/parties/subscriptions/{subscription}")

    assert f"read-{language}-1" in text_of(page)
    assert not page.xpath("//main//form")


def a_subscription(office: Office, code: str) -> UUID:
    """Of a new customer to a line since October, beside a phone under the margin scheme."""
    with transaction(office.database, tenant_id_of("alpha"), SYSTEM, "tests.charge") as session:
        customer = a_registered_party(session, code)
        products.add_product(session, f"{code}-line", "Line", "voice")
        products.add_product(session, f"{code}-phone", "Used phone", "fee", "margin")
        terms = {"currency": "PLN", "voice": {"price": "0.10"}}
        catalogue.publish_tariff(session, f"{code}-gold", "Gold", terms, date(2026, 10, 1))
        tenth = {"entitlement": {"segments": ["kept"]}, "percent": "0.1"}
        promotions.publish_promotion(session, f"{code}-hello", "Hello", tenth, date(2026, 10, 1))
        sold = (NewSubscription(f"{code}-line", f"{code}-gold"),)
        since = date(2026, 10, 1)
        signed_by = NewContract(f"{code}-1", customer.code, "PLN", since, subscriptions=sold)
        [signed] = contracts.load_contracts(session, [signed_by])
        return contracts.subscriptions(session, signed.id)[0].id
