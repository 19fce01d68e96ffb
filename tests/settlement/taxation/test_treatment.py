"""Where a supply is taxed, and at which rate."""

import datetime as dt
from decimal import Decimal

import pytest

from settlement.taxation.treatment import (
    CATEGORIES,
    TaxParty,
    UnknownTaxCategory,
    VatNumberMissing,
    tax_on,
    tax_on_self_billed,
)
from settlement.taxation.vat_rates import EU, STANDARD, NoVatRate, standard_rate

OCTOBER = dt.date(2026, 10, 31)
WISLA = TaxParty("Wisła", "PL", "PL5260250274")
ELBE = TaxParty("Elbe", "DE", "DE811111117")
OHIO = TaxParty("Ohio Sound Inc.", "US")


def person(country: str) -> TaxParty:
    return TaxParty("Jan", country, is_business=False)


@pytest.mark.parametrize(
    ("seller", "buyer", "category", "rate"),
    [
        (WISLA, WISLA, "S", "0.23"),
        (WISLA, person("PL"), "S", "0.23"),
        (ELBE, ELBE, "S", "0.19"),
        # Business to business across a border: the buyer accounts for the tax.
        (WISLA, ELBE, "AE", "0"),
        (ELBE, WISLA, "AE", "0"),
        (OHIO, WISLA, "AE", "0"),
        # A private person is taxed at home.
        (WISLA, person("DE"), "S", "0.19"),
        (ELBE, person("HU"), "S", "0.27"),
        # Outside the Union.
        (WISLA, OHIO, "O", "0"),
        (WISLA, person("US"), "O", "0"),
    ],
)
def test_a_standard_supply_is_taxed_where_the_law_says(
    seller: TaxParty, buyer: TaxParty, category: str, rate: str
):
    tax = tax_on("standard", seller, buyer, OCTOBER)

    assert (tax.category, tax.rate) == (category, Decimal(rate))


@pytest.mark.parametrize(
    ("category", "code", "has_reason"),
    [("zero", "Z", False), ("exempt", "E", True), ("out_of_scope", "O", True)],
)
def test_what_the_product_frees_from_tax_says_why(category: str, code: str, has_reason: bool):
    tax = tax_on(category, WISLA, WISLA, OCTOBER)

    assert (tax.category, tax.rate, bool(tax.reason_code)) == (code, 0, has_reason)


@pytest.mark.parametrize(
    ("seller", "category", "rate"),
    [
        (WISLA, "S", "0.23"),
        (ELBE, "AE", "0"),
        (OHIO, "O", "0"),
        (TaxParty("Jan", "PL"), "O", "0"),
    ],
)
def test_a_partner_s_supply_is_taxed_by_what_it_is_registered_for(
    seller: TaxParty, category: str, rate: str
):
    tax = tax_on_self_billed(seller, WISLA, OCTOBER)

    assert (tax.category, tax.rate) == (category, Decimal(rate))


def test_a_partner_of_another_member_state_needs_its_number():
    with pytest.raises(VatNumberMissing):
        tax_on_self_billed(TaxParty("Elbe", "DE"), WISLA, OCTOBER)


def test_reduced_and_domestic_reverse_charge_are_the_product_s_choice():
    assert tax_on("reduced", WISLA, person("PL"), OCTOBER).rate == Decimal("0.08")
    assert tax_on("reverse_charge", WISLA, WISLA, OCTOBER).category == "AE"
    with pytest.raises(NoVatRate):
        tax_on("reduced", WISLA, person("HU"), OCTOBER)


def test_reverse_charge_without_a_vat_number_waits():
    with pytest.raises(VatNumberMissing, match="Elbe is a business in DE"):
        tax_on("standard", WISLA, TaxParty("Elbe", "DE"), OCTOBER)


def test_an_unknown_category_is_refused_with_the_known_ones():
    with pytest.raises(UnknownTaxCategory, match=", ".join(CATEGORIES)):
        tax_on("super", WISLA, WISLA, OCTOBER)


@pytest.mark.parametrize(
    ("country", "on", "rate"),
    [
        ("DE", dt.date(2020, 6, 30), "0.19"),
        ("DE", dt.date(2020, 7, 1), "0.16"),
        ("DE", dt.date(2020, 12, 31), "0.16"),
        ("DE", dt.date(2021, 1, 1), "0.19"),
        ("SK", dt.date(2024, 12, 31), "0.20"),
        ("SK", dt.date(2025, 1, 1), "0.23"),
        ("FI", dt.date(2026, 1, 1), "0.255"),
        ("PL", dt.date(2026, 10, 1), "0.23"),
    ],
)
def test_the_rate_is_the_one_of_the_day(country: str, on: dt.date, rate: str):
    assert standard_rate(country, on) == Decimal(rate)


@pytest.mark.parametrize(("country", "on"), [("US", OCTOBER), ("PL", dt.date(2010, 12, 31))])
def test_an_unknown_rate_is_an_error_and_never_zero(country: str, on: dt.date):
    with pytest.raises(NoVatRate):
        standard_rate(country, on)


def test_every_member_state_has_a_rate_and_rates_stand_in_order():
    assert set(STANDARD) >= EU and len(EU) == 27
    for rates in STANDARD.values():
        assert [each.valid_from for each in rates] == sorted({each.valid_from for each in rates})
        assert all(Decimal("0.07") < each.rate < Decimal("0.28") for each in rates)
