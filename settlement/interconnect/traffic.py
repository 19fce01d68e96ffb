"""What one side says was exchanged: calls, seconds and money by day, direction, trunk, destination.

Directions are always told from our side: incoming is what the carrier brought to us and pays us
for, outgoing what we handed over and pay for. A carrier's own file tells it from the carrier's
side; `seen_from_the_other_side` turns it round once, on the way in or out.

Amounts of one declaration are in one currency, which the declaration names.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from currencies.money import EXACT

Direction = Literal["incoming", "outgoing"]

DIRECTIONS: tuple[Direction, ...] = ("incoming", "outgoing")
OPPOSITE: dict[Direction, Direction] = {"incoming": "outgoing", "outgoing": "incoming"}


class TrafficKey(NamedTuple):
    """What two sides compare like with like by; sorts by day first."""

    day: date
    direction: Direction
    trunk: str
    destination: str


@dataclass(frozen=True, slots=True)
class TrafficLine:
    """The traffic of one key. `unit_price` is per minute, None where several prices applied."""

    day: date
    direction: Direction
    trunk: str
    destination: str
    calls: int
    seconds: int
    billed_seconds: int
    amount: Decimal
    unit_price: Decimal | None = None

    @property
    def key(self) -> TrafficKey:
        """The day, direction, trunk and destination of the line."""
        return TrafficKey(self.day, self.direction, self.trunk, self.destination)


def seen_from_the_other_side(lines: Iterable[TrafficLine]) -> list[TrafficLine]:
    """The same traffic in the other side's words: what one sends, the other receives."""
    return [replace(line, direction=OPPOSITE[line.direction]) for line in lines]


def by_key(lines: Iterable[TrafficLine]) -> dict[TrafficKey, TrafficLine]:
    """One line for each key, in the order of the keys; lines of the same key are added up."""
    summed: dict[TrafficKey, TrafficLine] = {}
    for line in sorted(lines, key=_sorting):
        known = summed.get(line.key)
        summed[line.key] = line if known is None else _together(known, line)
    return summed


def total_amount(lines: Iterable[TrafficLine]) -> Decimal:
    """The sum of the amounts, exactly."""
    amount = Decimal(0)
    for line in lines:
        amount = EXACT.add(amount, line.amount)
    return amount


def _sorting(line: TrafficLine) -> tuple[TrafficKey, Decimal]:
    return line.key, line.amount


def _together(one: TrafficLine, other: TrafficLine) -> TrafficLine:
    return replace(
        one,
        calls=one.calls + other.calls,
        seconds=one.seconds + other.seconds,
        billed_seconds=one.billed_seconds + other.billed_seconds,
        amount=EXACT.add(one.amount, other.amount),
        unit_price=one.unit_price if one.unit_price == other.unit_price else None,
    )
