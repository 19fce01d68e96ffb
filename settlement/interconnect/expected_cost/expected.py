"""The control statement: what a carrier may invoice us for some days, as we rated the traffic.

    day, trunk, destination    calls, seconds, billed seconds, price of a minute, exact amount

Only traffic that we handed over costs us, so there is one direction. The price is named where it
alone explains the amount, as on a declaration.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

import polars as pl

from currencies.money import plain
from settlement.interconnect.declaring import as_traffic, buckets_of
from settlement.interconnect.traffic import TrafficLine, total_amount
from statements.csv_writing import csv_text

COLUMNS: Final = (
    "agreement", "day", "trunk", "destination", "calls", "seconds", "billed_seconds",
    "price_per_minute", "amount", "currency",
)  # fmt: skip


class DestinationCost(NamedTuple):
    """What one destination comes to."""

    destination: str
    calls: int
    billed_seconds: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ExpectedCost:
    """The traffic of some days, `until` not among them, under one agreement; all of it outgoing."""

    agreement: str
    currency: str
    starts_on: date
    until: date
    tolerance: Decimal
    tolerance_amount: Decimal | None
    lines: tuple[TrafficLine, ...]

    @property
    def amount(self) -> Decimal:
        """What the lines come to, exactly."""
        return total_amount(self.lines)

    @property
    def destinations(self) -> list[DestinationCost]:
        """The same by destination, in the order of their names."""
        names = sorted({line.destination for line in self.lines})
        return [self._of(name) for name in names]

    def _of(self, destination: str) -> DestinationCost:
        lines = [line for line in self.lines if line.destination == destination]
        calls, seconds = (
            sum(line.calls for line in lines),
            sum(line.billed_seconds for line in lines),
        )
        return DestinationCost(destination, calls, seconds, total_amount(lines))


def outgoing_lines(
    charges: pl.DataFrame, agreement_id: UUID, first: date, last: date
) -> list[TrafficLine]:
    """What one agreement cost in one of our months, out of rated charges.

    Days are those of the agreement's clocks, from `first` to `last`, as a declaration has them.
    """
    payable = charges.filter(pl.col("balance") == "payable")
    return as_traffic(buckets_of(payable, agreement_id, first, last))


def as_csv(costs: Iterable[ExpectedCost]) -> str:
    """One row for each line, in the order of agreements and days."""
    return csv_text(COLUMNS, (row for cost in costs for row in _rows(cost)))


def _rows(cost: ExpectedCost) -> Iterator[tuple[object, ...]]:
    for line in cost.lines:
        price = "" if line.unit_price is None else plain(line.unit_price)
        where = (line.day.isoformat(), line.trunk, line.destination)
        figures = (line.calls, line.seconds, line.billed_seconds, price, plain(line.amount))
        yield (cost.agreement, *where, *figures, cost.currency)
