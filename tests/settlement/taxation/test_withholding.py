"""Tax withheld: by the law of the day, by treaty where a certificate of residence is valid."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest

from currencies.money import money, shown
from settlement.taxation.withholding.withheld import (
    CertificateUnclear,
    ResidenceCertificate,
    WithholdingRate,
    WithholdingRateUnclear,
    WithholdingRules,
    given_back,
    withheld,
)
from statements.withholding_certificate import WithheldPart

PARTY, OTHER = UUID(int=1), UUID(int=2)
YEAR, NEXT = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
RULES = WithholdingRules(
    (
        WithholdingRate("US", Decimal("0.20"), Decimal("0.10"), YEAR),
        WithholdingRate("US", Decimal("0.15"), Decimal("0.10"), NEXT),
        WithholdingRate("AE", Decimal("0.20"), None, YEAR),
    ),
    (
        ResidenceCertificate(PARTY, "US", "6166", YEAR, NEXT),
        ResidenceCertificate(PARTY, "AE", "77", YEAR, NEXT),
    ),
)


@pytest.mark.parametrize(
    ("party", "country", "on", "found"),
    [
        (PARTY, "US", "2026-12-31", ("0.10", "6166")),
        (PARTY, "US", "2027-01-01", ("0.15", "")),
        (OTHER, "US", "2026-12-31", ("0.20", "")),
        # Without a treaty a certificate lowers nothing.
        (PARTY, "AE", "2026-12-31", ("0.20", "")),
        (PARTY, "US", "2025-12-31", ("0", "")),
        (PARTY, "CA", "2026-12-31", ("0", "")),
    ],
)
def test_the_rate_is_of_the_country_the_day_and_the_certificate(
    party: UUID, country: str, on: str, found: tuple[str, str]
):
    rate, certificate = RULES.terms(party, country, dt.date.fromisoformat(on))

    assert (rate, certificate) == (Decimal(found[0]), found[1])


def test_it_is_withheld_of_the_net_and_rounded_half_up():
    # R89: 10 % of 1,836.00; and 10 % of 0.05 is 0.005.
    for net, kept in (("1836.00 PLN", "183.60 PLN"), ("0.05 PLN", "0.01 PLN")):
        found = withheld(Decimal("0.10"), "", money(net), "en")
        assert found is not None
        assert (shown(found.base), shown(found.amount)) == (shown(money(net)), kept)
    assert withheld(Decimal(0), "", money("1836.00 PLN"), "en") is None
    assert withheld(Decimal("0.10"), "", money("-5.00 PLN"), "en") is None


@pytest.mark.parametrize(
    ("country", "rate", "treaty"),
    [("us", "0.2", None), ("US", "1", None), ("US", "0.1", "0.2"), ("US", "-0.1", None)],
)
def test_a_rate_that_makes_no_sense_is_refused(country: str, rate: str, treaty: str | None):
    with pytest.raises(WithholdingRateUnclear):
        WithholdingRate(country, Decimal(rate), Decimal(treaty) if treaty else None, YEAR)


@pytest.mark.parametrize(("number", "until"), [(" ", NEXT), ("6166", YEAR)])
def test_a_certificate_has_a_number_and_days(number: str, until: dt.date):
    with pytest.raises(CertificateUnclear):
        ResidenceCertificate(PARTY, "US", number, YEAR, until)


# 5 % of 10.00 in October; 20 % of 63.00 in November, of which 3.00 were taken back.
EARLIER = tuple(
    WithheldPart("SB", YEAR, "", Decimal(rate), money(f"{base} USD"), money("0.00 USD"))
    for rate, base in (("0.05", "10.00"), ("0.20", "63.00"), ("0.20", "-3.00"))
)


@pytest.mark.parametrize(
    ("net", "found"),
    [
        ("30.00", ["20 % of 30.00 USD is 6.00 USD"]),
        ("64.00", ["20 % of 60.00 USD is 12.00 USD", "5 % of 4.00 USD is 0.20 USD"]),
        ("99.00", ["20 % of 60.00 USD is 12.00 USD", "5 % of 10.00 USD is 0.50 USD"]),
        # Half a cent is rounded up, less than that gives nothing back.
        ("0.05", ["20 % of 0.05 USD is 0.01 USD"]),
        ("0.02", []),
    ],
)
def test_a_credit_gives_back_the_newest_first_and_no_more_than_was_withheld(
    net: str, found: list[str]
):
    back = given_back(EARLIER, money(f"{net} USD"), "en")

    assert [
        f"{each.rate * 100:.0f} % of {shown(each.base)} is {shown(each.amount)}" for each in back
    ] == found
    assert given_back((), money(f"{net} USD"), "en") == ()
