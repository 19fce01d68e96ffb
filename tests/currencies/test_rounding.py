"""Amounts are rounded to what can be paid, half-up unless a policy says otherwise."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money, shown, total
from currencies.rounding import (
    is_payable,
    round_fraction,
    round_to,
    to_minor_unit,
    to_whole_unit,
)


@pytest.mark.parametrize(
    ("exact", "half_up", "half_even"),
    [
        ("7023.915 EUR", "7023.92 EUR", "7023.92 EUR"),
        ("2.675 EUR", "2.68 EUR", "2.68 EUR"),
        ("2.665 EUR", "2.67 EUR", "2.66 EUR"),
        ("-2.665 EUR", "-2.67 EUR", "-2.66 EUR"),
        ("-0.004 EUR", "0.00 EUR", "0.00 EUR"),
        ("100.5 JPY", "101 JPY", "100 JPY"),
        ("201.0 JPY", "201 JPY", "201 JPY"),
        ("0.0005 KWD", "0.001 KWD", "0.000 KWD"),
        ("0.00005 CLF", "0.0001 CLF", "0.0000 CLF"),
        ("1.005 XDR", "1.01 XDR", "1.00 XDR"),
        ("52.835 HUF", "52.84 HUF", "52.84 HUF"),
    ],
)
def test_each_mode_rounds_the_half_its_own_way(exact, half_up, half_even):
    assert shown(to_minor_unit(money(exact))) == half_up
    assert shown(to_minor_unit(money(exact), "half_even")) == half_even


def test_r73_a_currency_is_rounded_by_its_own_exponent_and_yen_once_or_line_by_line():
    lines = [money("100.5 JPY"), money("100.5 JPY")]

    assert shown(total((to_minor_unit(line) for line in lines), "JPY")) == "202 JPY"
    assert shown(to_minor_unit(total(lines, "JPY"))) == "201 JPY"
    assert shown(to_minor_unit(money("1.0005 KWD"))) == "1.001 KWD"


def test_what_rounds_to_zero_has_no_sign():
    assert str(round_to(Decimal("-0.004"), 2)) == "0.00"
    assert str(round_fraction(Fraction(-1, 300), 2)) == "0.00"


@pytest.mark.parametrize(
    ("fraction", "half_up", "half_even"),
    [
        (Fraction(1, 200), "0.01", "0.00"),  # 0.005
        (Fraction(3, 200), "0.02", "0.02"),  # 0.015
        (Fraction(-5, 200), "-0.03", "-0.02"),  # -0.025
        (Fraction(1, 3), "0.33", "0.33"),
        (Fraction(2, 3), "0.67", "0.67"),
        # A quotient a hair above the half, which 28 digits would not show.
        (Fraction(5 * 10**37 + 1, 10**40), "0.01", "0.01"),
    ],
)
def test_a_quotient_is_rounded_without_being_cut_before(fraction, half_up, half_even):
    assert str(round_fraction(fraction, 2)) == half_up
    assert str(round_fraction(fraction, 2, "half_even")) == half_even


def test_four_and_a_half_percent_of_the_textbook_amount():
    tax = round_to(Decimal("156087.00") * Decimal("0.045"), 2)

    assert tax == Decimal("7023.92")


def test_an_agreement_may_name_another_scale_for_xdr():
    assert shown(to_minor_unit(money("1.23456 XDR"), places=4)) == "1.2346 XDR"


def test_a_total_may_be_rounded_to_whole_units():
    assert shown(to_whole_unit(money("2166.48 INR"))) == "2166.00 INR"
    assert shown(to_whole_unit(money("0.50 INR"))) == "1.00 INR"


@pytest.mark.parametrize(
    ("amount", "payable"),
    [("1.00 EUR", True), ("1.000 EUR", True), ("0.001 EUR", False), ("0.5 JPY", False)],
)
def test_only_whole_minor_units_are_payable(amount, payable):
    assert is_payable(money(amount)) is payable


@given(st.decimals(-(10**15), 10**15, places=6), st.sampled_from(["half_up", "half_even"]))
def test_rounding_mirrors_and_moves_by_half_a_unit_at_most(number, mode):
    rounded = round_to(number, 2, mode)

    assert round_to(-number, 2, mode) == -rounded
    assert abs(rounded - number) <= Decimal("0.005")
    assert round_to(rounded, 2, mode) == rounded
