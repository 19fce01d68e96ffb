"""Columns of amounts against Python's decimals: exact, or an error (R24, R90, trap of decimals)."""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.amounts import (
    AMOUNT,
    from_minor_units,
    minor_units,
    minor_units_by_currency,
    times,
    times_3600,
    totals,
)

WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
PRICES = st.decimals(-(10**12), 10**12, places=12, allow_nan=False)


def column(*amounts: Decimal) -> pl.DataFrame:
    return pl.DataFrame({"amount": amounts}, schema={"amount": AMOUNT})


@given(price=PRICES, count=st.integers(0, 10**7))
def test_a_product_has_all_its_digits(price: Decimal, count: int) -> None:
    frame = column(price).with_columns(count=pl.lit(count))

    product = frame.select(times(pl.col("amount"), pl.col("count"))).item()
    hours = frame.select(times_3600(pl.col("amount"))).item()

    assert product == WIDE.multiply(price, Decimal(count))
    assert hours == WIDE.multiply(price, Decimal(3600))


def test_dong_and_a_hundred_thousandth_multiply_exactly() -> None:
    frame = column(Decimal("999999999999.999999999999"), Decimal("0.00001"))

    products = frame.select(times(pl.col("amount"), pl.lit(86_400))).to_series().to_list()

    assert products == [Decimal("86399999999999999.9999999136"), Decimal("0.864")]


@pytest.mark.parametrize("count", [1_000, -1_000])
def test_a_product_beyond_38_digits_raises(count: int) -> None:
    frame = column(Decimal("99999999999999999999999999"))

    with pytest.raises(pl.exceptions.ComputeError):
        frame.select(times(pl.col("amount"), pl.lit(count)))


def test_a_total_beyond_38_digits_raises_also_within_groups() -> None:
    frame = column(*[Decimal("99999999999999999999999999")] * 20).with_columns(group=pl.lit(1))

    with pytest.raises(pl.exceptions.ComputeError):
        totals(frame, ["group"], "amount")


def test_totals_keep_the_order_of_first_appearance() -> None:
    frame = column(Decimal(1), Decimal(2), Decimal(3)).with_columns(
        group=pl.Series(["b", "a", "b"])
    )

    assert totals(frame, ["group"], "amount").rows() == [("b", Decimal(4)), ("a", Decimal(2))]


@pytest.mark.parametrize(
    ("hours", "places", "units"),
    [
        ("18", 2, 1),
        ("17.999999999999", 2, 0),
        ("-18", 2, -1),
        ("-17.999999999999", 2, 0),
        ("1800", 0, 1),
        ("1799.999999999999", 0, 0),
        ("0", 3, 0),
        ("1.8", 3, 1),
    ],
)
def test_one_half_is_rounded_away_from_zero(hours: str, places: int, units: int) -> None:
    frame = column(Decimal(hours))

    assert frame.select(minor_units(pl.col("amount"), places)).item() == units


@given(hours=PRICES, places=st.integers(0, 4))
def test_rounding_is_that_of_fractions(hours: Decimal, places: int) -> None:
    exact = Fraction(hours) / 3600 * 10**places
    expected = int(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)

    assert column(hours).select(minor_units(pl.col("amount"), places)).item() == expected


def test_each_row_is_rounded_by_its_currency() -> None:
    codes = ["EUR", "JPY", "KWD", "XDR"]
    frame = column(*[Decimal("4443.228")] * 4).with_columns(currency=pl.Series(codes))

    units = frame.with_columns(
        units=minor_units_by_currency(pl.col("amount"), pl.col("currency"), codes)
    )
    amounts = units.select(from_minor_units(pl.col("units"), pl.col("currency"), codes))

    # 4443.228 / 3600 is 1.23423.
    assert units["units"].to_list() == [123, 1, 1234, 123]
    assert amounts.to_series().to_list() == [
        Decimal("1.23"),
        Decimal(1),
        Decimal("1.234"),
        Decimal("1.23"),
    ]
