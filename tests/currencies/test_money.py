"""Money comes through one door, and only strict amounts pass it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import (
    AmountTooLong,
    CurrenciesMixed,
    CurrencyMissing,
    NotAnAmount,
    amount_text,
    money,
    parse_amount,
    scaled,
    shown,
    total,
)
from currencies.units import UnknownCurrency

REFUSED = [
    "",
    " 1",
    "1 ",
    "+1",
    "1,00",
    "1.",
    ".5",
    "1_000",
    "1e3",
    "1e999999",
    "NaN",
    "Infinity",
    "-",
    "--1",
    "0x10",
    "1 000",
    "１２",
    "١٢",
    "−1",
    "1\n",
    "1\x00",
    "1234567890123456",
    "0.1234567890123",
]


@pytest.mark.parametrize("text", REFUSED)
def test_an_amount_is_ascii_digits_with_a_point(text):
    with pytest.raises(NotAnAmount):
        parse_amount(text)


@pytest.mark.parametrize("text", ["0", "-1", "007.50", "999999999999999.999999999999"])
def test_a_strict_amount_is_read_digit_by_digit(text):
    assert parse_amount(text) == Decimal(text)


def test_the_two_ways_through_the_door_agree():
    assert money("12.34 EUR") == money(Decimal("12.34"), "EUR") == money("12.34", "EUR")


@pytest.mark.parametrize(
    "value",
    [0.1, True, None, [], Decimal("NaN"), Decimal("-Infinity"), Decimal("sNaN"), "1e5", "12,00"],
)
def test_what_is_not_an_exact_amount_is_refused(value):
    with pytest.raises(NotAnAmount):
        money(value, "EUR")


@pytest.mark.parametrize("value", [Decimal("1e26"), Decimal("1e-41"), Decimal("1e999999"), 10**26])
def test_an_amount_that_no_database_column_holds_is_refused(value):
    with pytest.raises(AmountTooLong):
        money(value, "EUR")


@pytest.mark.parametrize("value", ["12.34", "12.34EUR", "12.34  EUR", "12 34 EUR", 5])
def test_an_amount_without_a_currency_is_refused(value):
    with pytest.raises(CurrencyMissing):
        money(value)


@pytest.mark.parametrize("code", ["eur", "EURO", "XXX", "XAU", "", "ЕUR"])
def test_an_unknown_currency_is_refused(code):
    with pytest.raises(UnknownCurrency):
        money("1", code)


def test_currencies_younger_than_the_money_library_pass():
    assert shown(money("1.50 XCG")) == "1.50 XCG"
    assert shown(money("1.50 ZWG")) == "1.50 ZWG"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (money("12.3 EUR"), "12.30 EUR"),
        (money("12.3400 EUR"), "12.34 EUR"),
        (money("0.0078 EUR"), "0.0078 EUR"),
        (money("-0.00 EUR"), "0.00 EUR"),
        (money(Decimal("-0"), "EUR"), "0.00 EUR"),
        (money("100.0 JPY"), "100 JPY"),
        (money("100.5 JPY"), "100.5 JPY"),
        (money("1 KWD"), "1.000 KWD"),
        (money("1 XDR"), "1.00 XDR"),
        (money(Decimal("1E+3"), "EUR"), "1000.00 EUR"),
        (money(Decimal("0E-20"), "JPY"), "0 JPY"),
    ],
)
def test_money_is_shown_canonically(value, text):
    assert shown(value) == text


def test_an_amount_is_written_with_the_digits_of_its_minor_unit():
    assert amount_text(money("5 KWD")) == "5.000"
    assert amount_text(money("5 JPY")) == "5"
    assert amount_text(money("-0.5 EUR")) == "-0.50"


def test_an_amount_that_was_not_rounded_is_not_written():
    with pytest.raises(AssertionError, match="round 0.005 EUR"):
        amount_text(money("0.005 EUR"))


def test_two_currencies_are_never_added():
    with pytest.raises(CurrenciesMixed, match="USD cannot be added to EUR"):
        total([money("1 EUR"), money("1 USD")], "EUR")


def test_the_total_of_nothing_is_zero_of_the_named_currency():
    assert shown(total([], "EUR")) == "0.00 EUR"


def test_a_product_keeps_digits_that_the_ambient_context_would_cut():
    product = scaled(money("999999999999999.123456789012 EUR"), Decimal("0.123456789012"))

    # 999999999999999123456789012 x 123456789012, as whole numbers, shifted by 24 places.
    whole = 999999999999999123456789012 * 123456789012
    assert product.amount == Decimal(f"{whole}e-24")


def test_a_product_with_a_float_is_refused():
    with pytest.raises(NotAnAmount):
        scaled(money("1 EUR"), 0.5)


amounts = st.decimals(-(10**14), 10**14, places=12)


@given(st.lists(amounts, max_size=8))
def test_a_total_does_not_depend_on_the_order(values):
    moneys = [money(value, "EUR") for value in values]

    assert total(moneys, "EUR") == total(reversed(moneys), "EUR")


@given(amounts)
def test_what_is_shown_reads_back_as_the_same_money(value):
    assert money(shown(money(value, "EUR"))) == money(value, "EUR")
