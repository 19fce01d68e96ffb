"""Compare what we declare with what the carrier declares, line by line (rule R53).

    10,000.00 with a tolerance of 0.5 %                10,050.00 is accepted, 10,050.01 is not
    100.00 with a tolerance of 0.5 % or 2.00           102.00 is accepted, 102.01 is not

The tolerance is inclusive and its base is always our amount, whoever asks: with another base the
two sides could both be right. An agreement may name an amount beside the share; a variance within
either is accepted. Where our amount is zero only zero is accepted, whatever the tolerance. Variance
is theirs less ours, in either direction of traffic.

Directions are judged apart. What a carrier overstates in one must not hide what it overstates in
the other, because one is paid by us and the other to us (rule R50).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from currencies.money import EXACT
from i18n.errors import Invalid
from settlement.interconnect.traffic import (
    DIRECTIONS,
    Direction,
    TrafficKey,
    TrafficLine,
    by_key,
    total_amount,
)


class ToleranceOutOfRange(Invalid):
    """Tolerance {tolerance} is not between 0 and 1. Write 0.005 for half a percent."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far theirs may lie from ours: a share of ours, or an amount in its currency if agreed."""

    share: Decimal
    amount: Decimal | None = None

    def width(self, ours: Decimal) -> Decimal:
        """The largest variance that is accepted; nothing where ours is zero."""
        if not ours:
            return Decimal(0)
        return max(EXACT.multiply(abs(ours), self.share), self.amount or Decimal(0))


class Agreement(StrEnum):
    """How far two figures agree. `missing_ours` is a line that we do not have, they do."""

    EXACT = "exact"
    WITHIN_TOLERANCE = "within_tolerance"
    OUT_OF_TOLERANCE = "out_of_tolerance"
    MISSING_OURS = "missing_ours"
    MISSING_THEIRS = "missing_theirs"


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One key with both sides' figures; at least one side has it."""

    key: TrafficKey
    ours: TrafficLine | None
    theirs: TrafficLine | None
    variance: Decimal
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class ComparedTotal:
    """All traffic of one direction; never exact while one of its lines is not."""

    direction: Direction
    ours: Decimal
    theirs: Decimal
    agreement: Agreement

    @property
    def variance(self) -> Decimal:
        """Theirs less ours."""
        return EXACT.subtract(self.theirs, self.ours)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every key of both sides once, and one total for each direction."""

    tolerance: Tolerance
    lines: tuple[ComparedLine, ...]
    totals: tuple[ComparedTotal, ...]

    @property
    def verdict(self) -> Agreement:
        """The worst of the directions."""
        order = (Agreement.OUT_OF_TOLERANCE, Agreement.WITHIN_TOLERANCE)
        found = {total.agreement for total in self.totals}
        return next((each for each in order if each in found), Agreement.EXACT)


def is_accepted(ours: Decimal, theirs: Decimal, tolerance: Tolerance) -> bool:
    """Whether their figure lies within the tolerance around ours, its bounds included."""
    return abs(EXACT.subtract(theirs, ours)) <= tolerance.width(ours)


def compare(
    ours: Iterable[TrafficLine], theirs: Iterable[TrafficLine], tolerance: Tolerance
) -> Comparison:
    """Compare like with like. Raises ToleranceOutOfRange."""
    if not (tolerance.share.is_finite() and 0 <= tolerance.share <= 1):
        raise ToleranceOutOfRange(tolerance=tolerance.share)
    our_lines, their_lines = by_key(ours), by_key(theirs)
    lines = tuple(
        _compared(key, our_lines.get(key), their_lines.get(key), tolerance)
        for key in sorted(our_lines.keys() | their_lines.keys())
    )
    return summed(lines, tolerance)


def summed(lines: tuple[ComparedLine, ...], tolerance: Tolerance) -> Comparison:
    """The comparison that these lines are, with its totals."""
    totals = tuple(_total(direction, lines, tolerance) for direction in DIRECTIONS)
    assert _sum(line.variance for line in lines) == _sum(total.variance for total in totals), (
        "the variances of the lines add up to those of the directions"
    )
    return Comparison(tolerance, lines, totals)


def _compared(
    key: TrafficKey, ours: TrafficLine | None, theirs: TrafficLine | None, tolerance: Tolerance
) -> ComparedLine:
    our_amount = ours.amount if ours else Decimal(0)
    their_amount = theirs.amount if theirs else Decimal(0)
    variance = EXACT.subtract(their_amount, our_amount)
    return ComparedLine(key, ours, theirs, variance, _agreement(ours, theirs, tolerance))


def _agreement(
    ours: TrafficLine | None, theirs: TrafficLine | None, tolerance: Tolerance
) -> Agreement:
    if ours is None:
        return Agreement.MISSING_OURS
    if theirs is None:
        return Agreement.MISSING_THEIRS
    if _figures(ours) == _figures(theirs):
        return Agreement.EXACT
    if is_accepted(ours.amount, theirs.amount, tolerance):
        return Agreement.WITHIN_TOLERANCE
    return Agreement.OUT_OF_TOLERANCE


def _figures(line: TrafficLine) -> tuple[int, int, int, Decimal]:
    return line.calls, line.seconds, line.billed_seconds, line.amount


def _total(
    direction: Direction, lines: tuple[ComparedLine, ...], tolerance: Tolerance
) -> ComparedTotal:
    of_direction = [line for line in lines if line.key.direction == direction]
    ours = total_amount(line.ours for line in of_direction if line.ours)
    theirs = total_amount(line.theirs for line in of_direction if line.theirs)
    if all(line.agreement is Agreement.EXACT for line in of_direction):
        agreement = Agreement.EXACT
    elif is_accepted(ours, theirs, tolerance):
        agreement = Agreement.WITHIN_TOLERANCE
    else:
        agreement = Agreement.OUT_OF_TOLERANCE
    return ComparedTotal(direction, ours, theirs, agreement)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    result = Decimal(0)
    for amount in amounts:
        result = EXACT.add(result, amount)
    return result
