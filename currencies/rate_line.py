"""The history of a rate as a line to draw: points between 0 and 1, by day and by price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from currencies.fx_rate import FxRate


@dataclass(frozen=True, slots=True)
class RateLine:
    """Points as (across, up), the first and last day, the lowest and the highest rate."""

    points: tuple[tuple[Fraction, Fraction], ...]
    first_on: date
    last_on: date
    lowest: FxRate
    highest: FxRate


def rate_line(rates: Sequence[FxRate]) -> RateLine | None:
    """The line of rates of one pair, oldest first; None where there are fewer than two."""
    if len(rates) < 2:
        return None
    first, last = rates[0].valid_on, rates[-1].valid_on
    lowest = min(rates, key=lambda rate: rate.per_one)
    highest = max(rates, key=lambda rate: rate.per_one)
    days, height = (last - first).days, highest.per_one - lowest.per_one
    points = tuple(
        (
            Fraction((rate.valid_on - first).days, days),
            (rate.per_one - lowest.per_one) / height if height else Fraction(1, 2),
        )
        for rate in rates
    )
    return RateLine(points, first, last, lowest, highest)
