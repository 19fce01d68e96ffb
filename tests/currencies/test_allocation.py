"""The parts add up to the whole, and the odd cent goes where the rule says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.allocation import NegativeWeight, NothingToAllocateBy, allocate, release
from currencies.money import amount_text, money, total


def weights(text):
    return [Decimal(weight) for weight in text.split()]


def numbers(parts):
    return " ".join(amount_text(part) for part in parts)


@pytest.mark.parametrize(
    ("whole", "by", "parts"),
    [
        ("6.45 EUR", "30 70", "1.94 4.51"),
        ("99.99 EUR", "75 25", "74.99 25.00"),
        ("1.00 EUR", "1 1 1", "0.34 0.33 0.33"),
        ("0.01 EUR", "33 66 1", "0.00 0.01 0.00"),
        ("100 JPY", "1 1 1", "34 33 33"),
        ("100.00 EUR", "1 1 1", "33.34 33.33 33.33"),
        ("0.001 KWD", "0.5 0.5", "0.001 0.000"),
        ("0.00 EUR", "1 2", "0.00 0.00"),
        ("10.00 EUR", "0 1", "0.00 10.00"),
        ("-6.45 EUR", "30 70", "-1.94 -4.51"),
        ("-1.00 EUR", "1 1 1", "-0.34 -0.33 -0.33"),
    ],
)
def test_the_odd_unit_goes_to_the_largest_remainder(whole, by, parts):
    assert numbers(allocate(money(whole), weights(by))) == parts


@pytest.mark.parametrize(
    ("whole", "by", "parts"),
    [
        ("100.00 EUR", "10 11 10", "32.26 35.48 32.26"),
        ("10.00 EUR", "1 1 29", "0.32 0.33 9.35"),
        ("10.00 EUR", "1 1 1", "3.33 3.34 3.33"),
        ("-10.00 EUR", "1 1 1", "-3.33 -3.34 -3.33"),
        ("0.01 EUR", "1 1", "0.01 0.00"),
    ],
)
def test_a_release_rounds_what_is_due_so_far(whole, by, parts):
    assert numbers(release(money(whole), weights(by))) == parts


def test_daily_pieces_add_up_to_the_month():
    pieces = release(money("10.00 EUR"), [Decimal(1)] * 31)

    assert total(pieces, "EUR") == money("10.00 EUR")


def test_a_bundle_price_is_split_by_list_prices():
    # 19.99 over list prices 10, 9.99 and 5.01: 7.996, 7.98800..., 4.00599... of 25.00.
    parts = allocate(money("19.99 EUR"), weights("10.00 9.99 5.01"))

    assert numbers(parts) == "8.00 7.99 4.00"


def test_a_finer_scale_may_be_named():
    parts = allocate(money("0.0001 XDR"), weights("1 2"), places=4)

    assert [str(part.amount) for part in parts] == ["0.0000", "0.0001"]


@pytest.mark.parametrize("by", ["", "0", "0 0"])
def test_somebody_must_have_a_part(by):
    with pytest.raises(NothingToAllocateBy):
        allocate(money("1.00 EUR"), weights(by))


def test_a_part_is_not_negative():
    with pytest.raises(NegativeWeight):
        allocate(money("1.00 EUR"), weights("2 -1"))


def test_what_cannot_be_paid_cannot_be_split():
    with pytest.raises(AssertionError, match="whole number of minor units"):
        allocate(money("0.005 EUR"), weights("1 1"))


cents = st.integers(-(10**14), 10**14).map(lambda n: money(Decimal(n).scaleb(-2), "EUR"))
parties = st.lists(st.decimals(0, 1000, places=6), min_size=1, max_size=12).filter(any)


@given(cents, parties)
def test_nothing_is_lost_and_nobody_is_a_cent_off(whole, by):
    parts = allocate(whole, by)

    assert total(parts, "EUR") == whole
    for part, weight in zip(parts, by, strict=True):
        # |part - whole x weight / sum| < 0.01, multiplied out so that no division rounds.
        off = abs(part.amount * sum(by) - whole.amount * weight)
        assert off < Decimal("0.01") * sum(by)


@given(cents, parties)
def test_the_split_of_a_refund_mirrors_the_split_of_the_charge(whole, by):
    assert allocate(-whole, by) == [-part for part in allocate(whole, by)]
    assert release(-whole, by) == [-part for part in release(whole, by)]


@given(cents, parties)
def test_every_release_is_the_rounded_sum_so_far(whole, by):
    parts = release(whole, by)

    assert total(parts, "EUR") == whole
    assert all(part.amount * whole.amount >= 0 for part in parts)
