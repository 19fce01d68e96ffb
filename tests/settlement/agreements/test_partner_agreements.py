"""Terms with partners and carriers are versioned, checked when agreed, and told as they held."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from currencies.fixing import Fixing
from i18n.errors import DomainError
from settlement.agreements import service
from settlement.agreements.agreed import (
    AgreementCurrencyDiffers,
    AgreementDiffers,
    BadTrunk,
    NoSuchAgreement,
    NotAPayee,
    ProductSharedTwice,
    TariffWithTaxInside,
    TermsOverlap,
    TrunkTaken,
    WrongKindOfParty,
)
from settlement.agreements.half_even import HalfEvenNotKept
from settlement.agreements.partner_terms import (
    NobodyPaid,
    NoDirection,
    NoProducts,
    TransitUnclear,
)
from settlement.agreements.policies import UnknownPolicyValue
from settlement.agreements.sharing_terms import SharesIncomplete, SharesOverWhole, terms_from_plain
from settlement.catalogue import service as catalogue
from settlement.catalogue.plain_values import UnknownKey, WrongValue
from settlement.catalogue.published import CarriersPayNet, NoSuchProduct, NoSuchTariff
from tenants.directory.tenant import UnknownTimeZone
from tenants.session import TenantSession
from tests.settlement.agreements.builders import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    a_carrier,
    a_market,
    a_partner,
    an_agreed_share,
    interconnect_terms,
    share_terms,
)


@pytest.fixture(autouse=True)
def market(session: TenantSession) -> None:
    a_market(session)


def test_agreed_terms_are_what_sharing_reads(session: TenantSession) -> None:
    agreed = an_agreed_share(session, "m", policies={"term_days": "business"})

    told = service.terms_by_id(session)[agreed.terms_id]

    assert told == agreed
    assert terms_from_plain(told.sharing).payees() == ["partner-m", "operator"]
    assert (told.products, told.policies) == (("NEWS",), {"term_days": "business"})


def test_rating_is_told_under_which_terms_a_product_is_shared(session: TenantSession) -> None:
    terms = share_terms("partner-m", products=["QUIZ", "NEWS"])
    agreed = an_agreed_share(session, "m", terms=terms)

    shared = service.shared_products(session, OCTOBER, NOVEMBER)

    assert shared.rows() == [
        ("NEWS", str(agreed.terms_id), OCTOBER, None),
        ("QUIZ", str(agreed.terms_id), OCTOBER, None),
    ]
    assert service.shared_products(session, date(2026, 9, 1), OCTOBER).is_empty()


def test_new_terms_end_the_open_ones_on_their_first_day(session: TenantSession) -> None:
    first = an_agreed_share(session, "m")

    service.agree_share(
        session, "m", first.party_id, "PLN", share_terms("partner-m", "0.60"), NOVEMBER
    )

    versions = service.agreement_terms(session, "m")
    assert [(each.version, each.valid_from, each.valid_until) for each in versions] == [
        (1, OCTOBER, NOVEMBER),
        (2, NOVEMBER, None),
    ]
    assert [each.version for each in service.share_agreements(session, OCTOBER)] == [1]
    assert [each.version for each in service.share_agreements(session, OCTOBER, DECEMBER)] == [1, 2]


def test_the_same_terms_again_change_nothing(session: TenantSession) -> None:
    first = an_agreed_share(session, "m")

    again = service.agree_share(
        session, "m", first.party_id, "PLN", share_terms("partner-m"), OCTOBER
    )

    assert again == first
    assert len(service.agreement_terms(session, "m")) == 1


def test_terms_that_overlap_are_refused_by_name(session: TenantSession) -> None:
    first = an_agreed_share(session, "m")

    with pytest.raises(TermsOverlap, match="version 1 of its terms is valid from 2026-10-01"):
        service.agree_share(
            session, "m", first.party_id, "PLN", share_terms("partner-m", "0.6"), OCTOBER
        )


def test_a_product_is_shared_by_one_agreement_at_a_time(session: TenantSession) -> None:
    an_agreed_share(session, "one", valid_until=NOVEMBER)

    with pytest.raises(ProductSharedTwice, match="NEWS is already shared by agreement one"):
        an_agreed_share(session, "two")
    assert an_agreed_share(session, "three", valid_from=NOVEMBER).version == 1


def test_a_fixing_is_kept_with_the_terms(session: TenantSession) -> None:
    fixing = {"source": "NBP-A", "day": "previous_business_day", "calendar": "PL", "pivot": "PLN"}

    agreed = an_agreed_share(session, "m", terms=share_terms("partner-m", fixing=fixing))

    assert agreed.fixing == Fixing("NBP-A", "previous_business_day", "PL", "PLN")
    assert (
        an_agreed_share(session, "n", terms=share_terms("partner-n", products=["QUIZ"])).fixing
        is None
    )


CHAIN = [{"payee": "melodia", "rate": "0.3"}, {"payee": "nobody", "rate": "0.2"}]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"shares": [{"payee": "melodia", "rate": "1.01"}]}, DomainError),
        ({"shares": [{"payee": "melodia", "rate": "0.6"}, {"payee": "x", "rate": "0.5"}]},
         SharesOverWhole),
        ({"complete": True}, SharesIncomplete),
        ({"products": []}, NoProducts),
        ({"products": "NEWS"}, NoProducts),
        ({"products": ["FAX"]}, NoSuchProduct),
        ({"shares": [{"payee": "operator-2", "rate": "0.7"}]}, NobodyPaid),
        ({"shares": None, "chain": CHAIN}, NotAPayee),
        ({"waterfal_rounding": "end"}, UnknownKey),
        ({"fixing": {"source": "ECB", "day": "today"}}, WrongValue),
    ],
)  # fmt: skip
def test_terms_that_cannot_hold_are_refused(
    session: TenantSession, changes: dict[str, object], error: type[DomainError]
) -> None:
    partner = a_partner(session, "melodia")

    with pytest.raises(error):
        service.agree_share(session, "m", partner.id, "PLN", share_terms(**changes), OCTOBER)  # type: ignore[arg-type]
    assert service.terms_by_id(session) == {}


def test_half_to_even_is_refused_where_halves_are_rounded_up(session: TenantSession) -> None:
    partner, chosen = a_partner(session), {"rounding": "half_even"}
    by_event = share_terms(rounding_level="event")

    with pytest.raises(HalfEvenNotKept, match="agreement m .* its rounding_level"):
        service.agree_share(session, "m", partner.id, "PLN", by_event, OCTOBER, policies=chosen)


def test_a_declared_whole_stays_declared(session: TenantSession) -> None:
    terms = share_terms("partner-m", rate="1", complete=True)

    assert an_agreed_share(session, "m", terms=terms).sharing["complete"] is True


def test_an_agreement_keeps_its_party_kind_and_currency(session: TenantSession) -> None:
    first = an_agreed_share(session, "m")
    terms = share_terms("partner-m", "0.5")

    with pytest.raises(AgreementDiffers):
        service.agree_share(session, "m", first.party_id, "EUR", terms, NOVEMBER)
    carrier = a_carrier(session)
    with pytest.raises(WrongKindOfParty, match="atlantic is a carrier"):
        service.agree_share(session, "m", carrier.id, "PLN", terms, NOVEMBER)
    with pytest.raises(UnknownPolicyValue, match="next, previous, none"):
        service.agree_share(
            session, "m", first.party_id, "PLN", terms, NOVEMBER, policies={"holiday": "both"}
        )
    with pytest.raises(NoSuchAgreement, match="no agreement moon"):
        service.agreement_terms(session, "moon")


def test_carriers_are_not_charged_by_prices_with_tax_inside(session: TenantSession) -> None:
    """R83: prices with tax inside are for customers; what a carrier owes is net."""
    carrier = a_carrier(session)
    inside = {"currency": "XDR", "tax_in_prices": "included", "voice": {"price": "0.01"}}
    net = inside | {"tax_in_prices": "excluded"}
    catalogue.publish_tariff(session, "shop", "Shop", inside, NOVEMBER)
    terms = interconnect_terms() | {"outgoing": "shop"}

    with pytest.raises(TariffWithTaxInside, match="Tariff shop .* agreement atlantic"):
        agreed(session, carrier.id, terms, NOVEMBER)
    # Before the first day of those prices there is nothing wrong with the tariff.
    agreed(session, carrier.id, terms, OCTOBER, NOVEMBER)
    with pytest.raises(CarriersPayNet, match="Agreement atlantic charges carriers by tariff shop"):
        catalogue.publish_tariff(session, "shop", "Shop", inside, OCTOBER, NOVEMBER)
    catalogue.publish_tariff(session, "shop", "Shop", net, OCTOBER, NOVEMBER)


def agreed(session: TenantSession, carrier: UUID, terms: dict[str, Any], *days: date) -> None:
    service.agree_interconnect(session, "atlantic", carrier, "XDR", terms, ["ic1"], *days)


def test_interconnect_terms_are_told_with_their_trunks(session: TenantSession) -> None:
    carrier = a_carrier(session)

    service.agree_interconnect(
        session,
        "atlantic-2026",
        carrier.id,
        "XDR",
        interconnect_terms(),
        ["PJSIP/atlantic", "PJSIP/atlantic-2"],
        OCTOBER,
        policies={"rounding_scope": "trunk_month"},
    )

    (told,) = service.interconnects(session, OCTOBER, NOVEMBER)
    assert (told.incoming, told.outgoing) == ("atlantic-in", "atlantic-out")
    assert (told.tolerance, told.objection_days, told.time_zone) == (
        Decimal("0.005"),
        30,
        "Europe/Dublin",
    )
    assert told.trunks == ("PJSIP/atlantic", "PJSIP/atlantic-2")
    assert told.policies == {"rounding_scope": "trunk_month"}


def test_rating_is_told_tariff_and_carrier_of_a_trunk(session: TenantSession) -> None:
    carrier = a_carrier(session)
    service.agree_interconnect(
        session, "a", carrier.id, "XDR", interconnect_terms(), ["T1"], OCTOBER, DECEMBER
    )
    service.assign_trunk(session, "a", "T2", NOVEMBER)

    keys = service.trunk_keys(session, OCTOBER, date(2027, 1, 1))

    shown = keys.select("trunk", "direction", "tariff", "zone", "valid_from", "valid_until")
    assert shown.rows() == [
        ("T1", "incoming", "atlantic-in", "Europe/Dublin", OCTOBER, DECEMBER),
        ("T1", "outgoing", "atlantic-out", "Europe/Dublin", OCTOBER, DECEMBER),
        ("T2", "incoming", "atlantic-in", "Europe/Dublin", NOVEMBER, DECEMBER),
        ("T2", "outgoing", "atlantic-out", "Europe/Dublin", NOVEMBER, DECEMBER),
    ]  # fmt: skip
    assert set(keys["carrier"]) == {str(carrier.id)}


def test_a_direction_without_a_tariff_carries_no_traffic(session: TenantSession) -> None:
    carrier = a_carrier(session)
    terms = interconnect_terms(incoming=None)
    service.agree_interconnect(session, "a", carrier.id, "XDR", terms, ["T1"], OCTOBER)

    assert service.trunk_keys(session, OCTOBER, NOVEMBER)["direction"].to_list() == ["outgoing"]


def test_terms_before_and_after_have_their_own_tariffs(session: TenantSession) -> None:
    carrier = a_carrier(session)
    for valid_from, code in ((OCTOBER, "atlantic-in"), (NOVEMBER, "atlantic-out")):
        terms = interconnect_terms(incoming=code, outgoing=None)
        service.agree_interconnect(session, "a", carrier.id, "XDR", terms, ["T1"], valid_from)

    keys = service.trunk_keys(session, OCTOBER, DECEMBER)

    assert keys.select("tariff", "valid_from", "valid_until").rows() == [
        ("atlantic-in", OCTOBER, NOVEMBER),
        ("atlantic-out", NOVEMBER, None),
    ]


def test_a_trunk_belongs_to_one_agreement_at_a_time(session: TenantSession) -> None:
    for code in ("atlantic", "baltic"):
        carrier = a_carrier(session, code)
        terms = interconnect_terms(code)
        service.agree_interconnect(session, code, carrier.id, "XDR", terms, [], OCTOBER)
    service.assign_trunk(session, "atlantic", "T1", OCTOBER, NOVEMBER)

    with pytest.raises(TrunkTaken, match="T1 belongs to agreement atlantic from 2026-10-01"):
        service.assign_trunk(session, "baltic", "T1", date(2026, 10, 31))
    service.assign_trunk(session, "baltic", "T1", NOVEMBER)
    with pytest.raises(BadTrunk):
        service.assign_trunk(session, "baltic", "T\x001", NOVEMBER)
    with pytest.raises(NoSuchAgreement):
        service.assign_trunk(session, "moon", "T9", NOVEMBER)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"incoming": None, "outgoing": None}, NoDirection),
        ({"incoming": "tin"}, NoSuchTariff),
        ({"incoming": "gold"}, AgreementCurrencyDiffers),
        ({"time_zone": "Europe/Dublinn"}, UnknownTimeZone),
        ({"time_zone": "Europe"}, UnknownTimeZone),
        ({"tolerance": "1.1"}, WrongValue),
        ({"tolerance": 0.005}, WrongValue),
        ({"tolerance_amount": "-0.01"}, WrongValue),
        ({"objection_days": -1}, WrongValue),
        ({"tolerence": "0"}, UnknownKey),
        ({"transit_settlement": "both"}, WrongValue),
        ({"transit_settlement": "direct"}, TransitUnclear),
        ({"transit": "atlantic-in"}, TransitUnclear),
        ({"transit": "tin", "transit_settlement": "direct"}, NoSuchTariff),
    ],
)
def test_interconnect_terms_that_cannot_hold_are_refused(
    session: TenantSession, changes: dict[str, object], error: type[DomainError]
) -> None:
    carrier = a_carrier(session)

    with pytest.raises(error):
        service.agree_interconnect(
            session,
            "a",
            carrier.id,
            "XDR",
            interconnect_terms(**changes),
            ["T1"],
            OCTOBER,  # type: ignore[arg-type]
        )
    assert service.interconnects(session, OCTOBER, NOVEMBER) == []


@pytest.mark.parametrize(("policy", "value"), [("share_base", "best"), ("trial_base", "retail")])
def test_a_share_base_that_nothing_computes_is_refused(policy: str, value: str) -> None:
    plain = {"owner": "operator", "shares": [{"payee": "melodia", "rate": "0.5"}], policy: value}

    with pytest.raises(WrongValue, match=policy):
        terms_from_plain(plain)
