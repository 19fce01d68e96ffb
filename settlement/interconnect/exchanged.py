"""What has been exchanged with carriers: declarations of both sides, and their reconciliation.

`declared_at` is when we issued ours or took in theirs. Times of the traffic itself are the days of
its lines, by the clocks of the agreement.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from uuid import UUID

from settlement.interconnect.causes import NOTHING, Causes, Figures, explain
from settlement.interconnect.comparison import ComparedLine, Comparison
from settlement.interconnect.traffic import Direction, TrafficLine

Origin = Literal["ours", "theirs"]


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One declaration. `message_id` is its number with the side that sent it.

    `corrects_id` is the same side's declaration of the same month whose figures it changes.
    """

    id: UUID
    origin: Origin
    carrier_id: UUID
    agreement_id: UUID
    period_id: UUID
    message_id: str
    currency: str
    calls: int
    seconds: int
    amount: Decimal
    sha256: str
    document_id: UUID | None
    declared_at: dt.datetime
    corrects_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Two declarations of the same traffic, compared. `document_id` is our declaration's."""

    id: UUID
    carrier_id: UUID
    agreement_id: UUID
    period_id: UUID
    ours_id: UUID
    theirs_id: UUID
    document_id: UUID
    currency: str
    compared_at: dt.datetime
    comparison: Comparison

    def causes(self, direction: Direction) -> Causes:
        """Why the two sides differ in one direction: the causes of its lines, added up."""
        lines = [line for line in self.comparison.lines if line.key.direction == direction]
        return added([causes_of(line) for line in lines])


def causes_of(line: ComparedLine) -> Causes:
    """Why the two sides differ in one line."""
    return explain(_figures(line.ours), _figures(line.theirs))


def added(parts: list[Causes]) -> Causes:
    """Causes of several lines as one."""
    total = Causes(Decimal(0), Decimal(0), Decimal(0), Decimal(0))
    for part in parts:
        total = total.plus(part)
    return total


def _figures(line: TrafficLine | None) -> Figures:
    if line is None:
        return NOTHING
    return Figures(line.calls, line.billed_seconds, line.amount, line.unit_price)
