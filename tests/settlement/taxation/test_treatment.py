"""Where a supply is taxed, and at which rate."""

import datetime as dt
from decimal import Decimal

import pytest

from settlement.taxation.treatment import (
    CATEGORIES,
    TaxParty,
    UnknownTaxCategory,
    VatNumberMissing,
    own_tax_on_purchase,
    tax_on,
    tax_on_self_billed,
)
from settlement.taxation.vat_rates import (
    BY_CATEGORY,
    EU,
    PUBLISHED,
    STANDARD,
    NoVatRate,
    OwnRate,
    OwnRateUnclear,
    checked_own_rate,
    rate_book,
)
from statements.document import Tax

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
    [
        ("zero", "Z", False),
        ("exempt", "E", True),
        ("margin", "E", True),
        ("out_of_scope", "O", True),
    ],
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
        tax_on("reduced", WISLA, person("DK"), OCTOBER)


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
    assert PUBLISHED.rate("standard", country, on) == Decimal(rate)


@pytest.mark.parametrize(("country", "on"), [("US", OCTOBER), ("PL", dt.date(2010, 12, 31))])
def test_an_unknown_rate_is_an_error_and_never_zero(country: str, on: dt.date):
    with pytest.raises(NoVatRate):
        PUBLISHED.rate("standard", country, on)


def test_every_member_state_has_a_rate_and_rates_stand_in_order():
    assert set(STANDARD) >= EU and len(EU) == 27
    for rates in STANDARD.values():
        assert [each.valid_from for each in rates] == sorted({each.valid_from for each in rates})
        assert all(Decimal("0.07") < each.rate < Decimal("0.28") for each in rates)


@pytest.mark.parametrize("category", ["reduced", "second_reduced", "super_reduced"])
def test_reduced_rates_stand_in_order_below_the_standard_rate(category: str):
    for country, rates in BY_CATEGORY[category].items():
        assert [each.valid_from for each in rates] == sorted({each.valid_from for each in rates})
        for each in rates:
            day = max(each.valid_from, STANDARD[country][0].valid_from)
            assert 0 < each.rate < PUBLISHED.rate("standard", country, day)


@pytest.mark.parametrize(
    ("category", "country", "rate"),
    [
        ("reduced", "PL", "0.08"),
        ("second_reduced", "PL", "0.05"),
        ("reduced", "FR", "0.055"),
        ("super_reduced", "FR", "0.021"),
        ("reduced", "RO", "0.11"),
    ],
)
def test_a_product_names_its_reduced_rate(category: str, country: str, rate: str):
    seller = TaxParty("Seller", country)

    assert tax_on(category, seller, person(country), OCTOBER).rate == Decimal(rate)


def entered(country: str, day: str, rate: str, category: str = "standard") -> OwnRate:
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return OwnRate(country, category, Decimal(rate), dt.date.fromisoformat(day), at, "ola")


@pytest.mark.parametrize(
    ("on", "rate"),
    [
        # Entered for the table's own day, it stands in its place.
        ("2020-06-30", "0.18"),
        # The table's own later day ends what was entered.
        ("2020-09-30", "0.16"),
        ("2020-10-01", "0.15"),
        ("2020-12-31", "0.15"),
        ("2021-01-01", "0.19"),
        ("2027-01-01", "0.21"),
    ],
)
def test_what_a_tenant_enters_holds_from_its_day(on: str, rate: str):
    added = [("2020-10-01", "0.15"), ("2027-01-01", "0.21"), ("2007-01-01", "0.18")]
    book = rate_book(entered("DE", day, each) for day, each in added)

    assert book.rate("standard", "DE", dt.date.fromisoformat(on)) == Decimal(rate)


def test_a_country_that_the_table_does_not_have_is_entered():
    book = rate_book([entered("KZ", "2026-01-01", "0.16")])
    almaty = TaxParty("Almaty", "KZ", "120140000000")

    assert tax_on("standard", almaty, almaty, OCTOBER, book) == Tax("S", Decimal("0.16"))
    with pytest.raises(NoVatRate):
        book.rate("reduced", "KZ", OCTOBER)


@pytest.mark.parametrize(
    "wrong",
    [
        entered("kz", "2026-01-01", "0.16"),
        entered("", "2026-01-01", "0.16"),
        entered("KZ", "2026-01-01", "1"),
        entered("KZ", "2026-01-01", "0"),
        entered("KZ", "2026-01-01", "0.16", "zero"),
    ],
)
def test_a_rate_that_says_nothing_is_refused(wrong: OwnRate):
    with pytest.raises(OwnRateUnclear):
        checked_own_rate(wrong)


@pytest.mark.parametrize(
    ("seller", "buyer", "rate"),
    [
        (ELBE, WISLA, "0.23"),
        (OHIO, WISLA, "0.23"),
        # At home the seller charges it, or nobody does.
        (WISLA, WISLA, "0"),
        (TaxParty("Jan", "PL"), WISLA, "0"),
        # Who is not registered owes none by itself.
        (OHIO, TaxParty("Small", "PL"), "0"),
    ],
)
def test_the_buyer_owes_the_tax_on_what_comes_from_abroad(
    seller: TaxParty, buyer: TaxParty, rate: str
):
    tax = tax_on_self_billed(seller, buyer, OCTOBER)

    assert own_tax_on_purchase(tax, seller, buyer, OCTOBER) == Decimal(rate)


def test_reverse_charge_turns_into_domestic_vat_only_where_it_was_decided():
    tax = tax_on("standard", WISLA, TaxParty("Elbe", "DE"), OCTOBER, is_charged_at_home=True)

    assert tax == Tax("S", Decimal("0.23"))
    at_home = tax_on("standard", WISLA, person("DE"), OCTOBER, is_charged_at_home=True)
    assert at_home == Tax("S", Decimal("0.19"))
