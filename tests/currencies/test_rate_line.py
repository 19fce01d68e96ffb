"""The history of a rate is drawn between its first and last day, its lowest and highest price."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from currencies.fx_rate import FxRate
from currencies.rate_line import rate_line


def told(day: int, rate: str, unit: int = 1) -> FxRate:
    on = date(2026, 10, day)
    return FxRate("NBP-A", "HUF", "PLN", unit, Decimal(rate), on, on)


def test_points_stand_by_day_and_by_the_price_of_one() -> None:
    # A hundred for 1.20 is less than one for 0.02.
    line = rate_line([told(1, "1.20", 100), told(2, "0.016"), told(5, "0.02")])

    assert line is not None
    assert line.points == ((0, 0), (Fraction(1, 4), Fraction(1, 2)), (1, 1))
    assert (line.lowest.unit, line.highest.unit) == (100, 1)


def test_a_rate_that_does_not_move_is_drawn_in_the_middle() -> None:
    line = rate_line([told(1, "0.01"), told(2, "0.01")])

    assert line is not None
    assert [up for _, up in line.points] == [Fraction(1, 2)] * 2


def test_one_rate_is_no_line() -> None:
    assert rate_line([told(1, "0.01")]) is None
