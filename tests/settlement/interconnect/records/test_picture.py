"""The bars of a waterfall stand where the ones before ended."""

from fractions import Fraction

import pytest

from settlement.interconnect.records.picture import Bar, Picture, picture
from settlement.interconnect.records.waterfall import Cause, waterfall


def shown(ours: str, theirs: str, **causes: str) -> Picture:
    exact = {Cause(name): Fraction(amount) for name, amount in causes.items()}
    return picture(waterfall("incoming", "EUR", Fraction(ours), Fraction(theirs), exact))


def ends(bar: Bar) -> tuple[float, float]:
    return float(bar.left), float(bar.left + bar.width)


def test_wide_differences_are_drawn_from_zero() -> None:
    """40, less 20, more 60 is 80: the widest is 80, so that one euro is 1.25 per cent."""
    found = shown("40", "80", missing_there="-20", rate="60")

    assert [ends(bar) for bar in found.bars] == [(0, 50), (25, 50), (25, 100), (0, 100)]
    assert [bar.amount for bar in found.bars] == [40, -20, 60, 80]
    assert found.begins_at_zero


def test_small_differences_are_drawn_on_a_scale_that_begins_later() -> None:
    """From 100 over 98 to 102: the span of 4 again before it, so one euro is 12.5 per cent."""
    found = shown("100", "102", missing_there="-2", duration="4")

    assert [ends(bar) for bar in found.bars] == [
        (0, 75), (50, 75), (50, 100), (0, 100),
    ]  # fmt: skip
    assert not found.begins_at_zero


@pytest.mark.parametrize(("ours", "theirs"), [("0", "0"), ("7", "7"), ("-3", "5"), ("0.01", "0")])
def test_no_bar_leaves_the_picture(ours: str, theirs: str) -> None:
    found = shown(ours, theirs)

    for bar in found.bars:
        left, right = ends(bar)
        assert 0 <= left < right <= 100
