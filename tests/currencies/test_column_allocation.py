"""The columnar split is the split of single amounts, row by row (rules R40, R41)."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.allocation import NegativeWeight, NothingToAllocateBy, allocate
from currencies.column_allocation import split_units, whole_weights
from currencies.money import money

WEIGHTS = st.lists(
    st.decimals(0, 100, places=6) | st.sampled_from([Decimal(1), Decimal("0.333333333333")]),
    min_size=1,
    max_size=6,
).filter(any)


@given(units=st.lists(st.integers(-(10**13), 10**13), min_size=1), weights=WEIGHTS)
def test_property_each_row_is_split_as_a_single_amount(
    units: list[int], weights: list[Decimal]
) -> None:
    parts = split_units(pl.Series(units, dtype=pl.Int64), weights)

    for place, amount in enumerate(units):
        alone = allocate(money(Decimal(amount).scaleb(-2), "EUR"), weights)
        assert [part[place] for part in parts] == [int(each.amount.scaleb(2)) for each in alone]
        assert sum(part[place] for part in parts) == amount


@pytest.mark.parametrize(
    ("units", "weights", "expected"),
    [
        (645, ["30", "70"], [194, 451]),
        (9999, ["75", "25"], [7499, 2500]),
        (100, ["1", "1", "1"], [34, 33, 33]),
        (-100, ["1", "1", "1"], [-34, -33, -33]),
        (1, ["33", "66", "1"], [0, 1, 0]),
        (0, ["1", "2"], [0, 0]),
    ],
)
def test_the_odd_unit_goes_to_the_largest_remainder(
    units: int, weights: list[str], expected: list[int]
) -> None:
    parts = split_units(pl.Series([units]), [Decimal(weight) for weight in weights])

    assert [part.item() for part in parts] == expected


def test_weights_are_told_in_the_smallest_whole_numbers() -> None:
    assert whole_weights([Decimal("0.30"), Decimal("0.70")]) == [3, 7]
    assert whole_weights([Decimal("0.5"), Decimal(0)]) == [1, 0]


def test_no_rows_are_split_to_no_rows() -> None:
    parts = split_units(pl.Series([], dtype=pl.Int64), [Decimal(1), Decimal(2)])

    assert [len(part) for part in parts] == [0, 0]


def test_weights_that_say_nothing_are_refused() -> None:
    with pytest.raises(NothingToAllocateBy):
        split_units(pl.Series([1]), [Decimal(0)])
    with pytest.raises(NegativeWeight):
        split_units(pl.Series([1]), [Decimal(2), Decimal(-1)])
    with pytest.raises(OverflowError):
        split_units(pl.Series([2**62]), [Decimal(10**30), Decimal("0.000000000001")])
