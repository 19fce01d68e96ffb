"""From our total to theirs through named causes, in a fixed order, closing to the minor unit.

    ours 10.00   + volume 0.02 + duration 0.01 + rate 0.20 = theirs 10.23

One value for both kinds of comparison. Where only totals are known, volume, duration and rate say
it all (rule R54); where records are, the causes are those of single calls. The order is fixed,
because each cause is measured with those before it already told.

Causes are exact inside. Both totals are rounded to what is payable, once; what that rounding itself
moves belongs to the cause `rounding`. Then each cause gets its whole minor units and those left go
to the largest remainders, so that the parts shown add up to the difference shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from currencies.rounding import round_fraction
from currencies.units import minor_unit
from settlement.interconnect.causes import Causes
from settlement.interconnect.traffic import Direction


class Cause(StrEnum):
    """Why two totals differ, in the order in which it is told.

    `missing_here` are calls that they have and we do not; `missing_there` the other way round.
    """

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    DUPLICATES = "duplicates"
    VOLUME = "volume"
    DURATION = "duration"
    RATE = "rate"
    TIME_ZONE = "time_zone"
    CUT_OFF = "cut_off"
    ROUNDING = "rounding"
    FX = "fx"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Part:
    """What one cause moves: exactly, and in payable units; `records` is how many it has."""

    cause: Cause
    exact: Fraction
    amount: Decimal
    records: int = 0


@dataclass(frozen=True, slots=True)
class Waterfall:
    """One direction: both payable totals, and the causes that are not nothing between them."""

    direction: Direction
    currency: str
    ours: Decimal
    theirs: Decimal
    parts: tuple[Part, ...]

    @property
    def variance(self) -> Decimal:
        """Theirs less ours."""
        return self.theirs - self.ours


def waterfall(
    direction: Direction,
    currency: str,
    ours: Fraction,
    theirs: Fraction,
    exact: Mapping[Cause, Fraction],
    records: Mapping[Cause, int] | None = None,
) -> Waterfall:
    """The waterfall of exact totals and causes; what the causes do not say is `unexplained`."""
    places = minor_unit(currency)
    payable_ours, payable_theirs = (round_fraction(total, places) for total in (ours, theirs))
    moved = Fraction(payable_theirs) - Fraction(payable_ours)
    causes = {cause: exact.get(cause, Fraction(0)) for cause in Cause}
    causes[Cause.UNEXPLAINED] += theirs - ours - sum(causes.values())
    causes[Cause.ROUNDING] += moved - (theirs - ours)
    amounts = _closing(list(causes.values()), places)
    counts = records or {}
    parts = tuple(
        Part(cause, causes[cause], amount, counts.get(cause, 0))
        for cause, amount in zip(causes, amounts, strict=True)
        if causes[cause] or amount or counts.get(cause)
    )
    found = Waterfall(direction, currency, payable_ours, payable_theirs, parts)
    assert sum((part.amount for part in parts), Decimal(0)) == found.variance, "the causes close"
    return found


def of_totals(
    direction: Direction, currency: str, ours: Decimal, theirs: Decimal, causes: Causes
) -> Waterfall:
    """The waterfall where only totals are known (rule R54)."""
    exact = {
        Cause.VOLUME: Fraction(causes.volume),
        Cause.DURATION: Fraction(causes.duration),
        Cause.RATE: Fraction(causes.rate),
        Cause.UNEXPLAINED: Fraction(causes.unexplained),
    }
    return waterfall(direction, currency, Fraction(ours), Fraction(theirs), exact)


def _closing(exact: list[Fraction], places: int) -> list[Decimal]:
    """Whole minor units by largest remainder; the parts add up to a whole number of them."""
    scaled = [part * 10**places for part in exact]
    whole = sum(scaled)
    assert whole.denominator == 1, "payable totals differ by whole minor units"
    units = [part.numerator // part.denominator for part in scaled]
    # sorted() is stable, so equal remainders keep the order of the causes.
    by_remainder = sorted(range(len(units)), key=lambda place: units[place] - scaled[place])
    for place in by_remainder[: whole.numerator - sum(units)]:
        units[place] += 1
    return [Decimal(each).scaleb(-places) for each in units]
