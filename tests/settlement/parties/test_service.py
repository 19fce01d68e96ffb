"""Parties are registered once, as they are, and have one account in use for each currency."""

import pytest
from sqlalchemy.exc import IntegrityError

from currencies.units import UnknownCurrency
from i18n.errors import Invalid
from settlement.parties import service
from settlement.parties.bank_account import BicOfAnotherCountry, BicWrong, HolderWrong, IbanWrong
from settlement.parties.party import (
    BadPartyCode,
    EmailWrong,
    Kind,
    PartyTextWrong,
    UnknownCountry,
    UnknownLanguage,
)
from settlement.parties.store import BankAccountRow
from tenants.directory.tenant import Address, UnknownTimeZone
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading, transaction
from tests.settlement.parties.builders import a_party, a_registered_party
from tests.world import a_tenant

# Published examples of the IBAN registry and of bank documentation.
GERMAN_IBAN = "DE89 3704 0044 0532 0130 00"
POLISH_IBAN = "PL61109010140000071219812874"


def test_a_party_reads_back_as_it_was_registered(session: TenantSession) -> None:
    nowak = a_party(session, tax_id="PL5260250274", email="ksiegowosc@nowak.example")

    service.register(session, nowak)

    assert service.party(session, nowak.id) == nowak
    assert service.party_by_code(session, "nowak") == nowak


def test_a_tax_number_is_kept_in_one_form(session: TenantSession) -> None:
    registered = a_registered_party(session, tax_id="526-025-02-74")

    assert registered.tax_id == "PL5260250274"
    assert service.party(session, registered.id).tax_id == "PL5260250274"


def test_parties_are_listed_by_kind_in_the_order_of_their_codes(session: TenantSession) -> None:
    kinds = {"zeta": Kind.CARRIER, "alfa": Kind.CARRIER, "Beta": Kind.PARTNER}
    service.register_many(
        session, [a_party(session, code, kind=kind) for code, kind in kinds.items()]
    )

    assert [party.code for party in service.parties(session, "carrier")] == ["alfa", "zeta"]
    assert [party.code for party in service.parties(session)] == ["Beta", "alfa", "zeta"]


def test_a_code_is_taken_once_whatever_the_kind(session: TenantSession) -> None:
    a_registered_party(session, "nowak")

    with pytest.raises(service.PartyExists, match="already a party nowak"):
        a_registered_party(session, "nowak", kind=Kind.CARRIER)


def test_a_set_with_a_repeated_code_registers_nobody(session: TenantSession) -> None:
    twins = [a_party(session, "kowalska"), a_party(session, "nowak"), a_party(session, "nowak")]

    with pytest.raises(service.PartyExists, match="nowak"):
        service.register_many(session, twins)
    assert service.parties(session) == []


def test_thousands_are_registered_as_a_set(session: TenantSession) -> None:
    service.register_many(session, [a_party(session, f"c{n:05}") for n in range(2_000)])

    assert len(service.parties(session, Kind.CUSTOMER)) == 2_000


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"code": "a b"}, BadPartyCode),
        ({"code": ""}, BadPartyCode),
        ({"name": " "}, PartyTextWrong),
        ({"name": "No\x00wak"}, PartyTextWrong),
        ({"name": "\ud800"}, PartyTextWrong),
        ({"name": "n" * 201}, PartyTextWrong),
        ({"email": "nowak"}, EmailWrong),
        ({"email": "a@b.pl\r\nBcc: c@d.pl"}, EmailWrong),
        ({"country": "pl"}, UnknownCountry),
        ({"address": Address("Main St 1", "1", "Nowhere", "ZZ")}, UnknownCountry),
        ({"language": "fr"}, UnknownLanguage),
        ({"currency": "PLZ"}, UnknownCurrency),
        ({"time_zone": "Europe/Warszawa"}, UnknownTimeZone),
        ({"time_zone": "Europe"}, UnknownTimeZone),
    ],
)
def test_a_party_that_cannot_be_true_is_refused(
    session: TenantSession, fault: dict[str, object], error: type[Invalid]
) -> None:
    with pytest.raises(error):
        service.register(session, a_party(session, **{"code": "nowak"} | fault))  # type: ignore[arg-type]


def test_an_unknown_party_is_not_found(session: TenantSession) -> None:
    with pytest.raises(service.NoSuchParty):
        service.party(session, session.ids.new())
    with pytest.raises(service.NoSuchParty, match="no party nobody"):
        service.party_by_code(session, "nobody")
    with pytest.raises(service.NoSuchParty, match="nobody"):
        service.parties_by_code(session, ["nobody"])


def test_another_tenants_party_is_not_there(database: Database) -> None:
    with transaction(database, a_tenant("beta").id, SYSTEM, "parties.register") as theirs:
        party = a_registered_party(theirs)

    with (
        reading(database, a_tenant("alpha").id, SYSTEM) as ours,
        pytest.raises(service.NoSuchParty),
    ):
        service.party(ours, party.id)


def test_a_new_account_takes_the_place_of_the_old_one(session: TenantSession) -> None:
    party = a_registered_party(session)
    service.set_bank_account(session, party.id, "Nowak", POLISH_IBAN, None, "EUR")

    service.set_bank_account(session, party.id, "Nowak", GERMAN_IBAN, None, "EUR")

    in_use = service.bank_account(session, party.id, "EUR")
    assert (in_use.iban, in_use.bic) == ("DE89370400440532013000", "COBADEFFXXX")
    kept = service.bank_accounts(session, party.id)
    assert [(each.iban, each.is_active) for each in kept] == [
        (POLISH_IBAN, False),
        ("DE89370400440532013000", True),
    ]


def test_the_same_account_again_changes_nothing(session: TenantSession) -> None:
    first = service.set_bank_account(session, None, "Alpha", POLISH_IBAN, None, "PLN")
    again = service.set_bank_account(session, None, "Alpha", POLISH_IBAN, None, "PLN")

    assert again == first
    assert len(service.bank_accounts(session, None)) == 1


def test_the_tenants_own_account_is_nobody_elses(session: TenantSession) -> None:
    party = a_registered_party(session)
    service.set_bank_account(session, None, "Alpha", POLISH_IBAN, None, "PLN")

    with pytest.raises(service.NoBankAccount, match="Nowak sp. z o.o. has no bank account in PLN"):
        service.bank_account(session, party.id, "PLN")


@pytest.mark.parametrize("owner_is_tenant", [True, False])
def test_the_database_refuses_two_accounts_in_use(
    session: TenantSession, owner_is_tenant: bool
) -> None:
    party_id = None if owner_is_tenant else a_registered_party(session).id
    service.set_bank_account(session, party_id, "Nowak", POLISH_IBAN, None, "PLN")

    session.add(
        BankAccountRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            party_id=party_id,
            holder="Nowak",
            iban="DE89370400440532013000",
            bic="",
            currency="PLN",
            is_active=True,
            changed_at=session.now(),
            changed_by="test",
        )
    )

    with pytest.raises(IntegrityError, match="one_account_in_use"):
        session.flush()


@pytest.mark.parametrize(
    ("holder", "iban", "bic", "error"),
    [
        ("Nowak", "PL61109010140000071219812875", None, IbanWrong),
        ("Nowak", "", None, IbanWrong),
        ("Nowak", "DE89\x0037040044", None, IbanWrong),
        ("Nowak", GERMAN_IBAN, "COBA", BicWrong),
        ("Nowak", GERMAN_IBAN, "BREXPLPWXXX", BicOfAnotherCountry),
        ("N" * 71, GERMAN_IBAN, None, HolderWrong),
    ],
)
def test_an_account_that_cannot_be_paid_is_refused(
    session: TenantSession, holder: str, iban: str, bic: str | None, error: type[Invalid]
) -> None:
    with pytest.raises(error):
        service.set_bank_account(session, None, holder, iban, bic, "EUR")
