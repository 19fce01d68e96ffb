"""What a change touches in one period: how many events, and which documents and payouts."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

# So many documents and payouts of a period are named; all of them are counted.
NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Named:
    """A document, or a payout batch, by its number."""

    id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class Papers:
    """How many there are, and the first of them by their numbers."""

    count: int
    first: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Touched:
    """What of a month's usage is shared otherwise, and what it stands on already.

    Nothing that is stored changes: what is touched of a closed period is corrected in the open one.
    """

    period: str
    is_closed: bool
    starts_on: date
    events: int
    invoices: Papers
    statements: Papers
    payouts: Papers


def papers(named: list[Named]) -> Papers:
    """All that were found, in the order in which they were."""
    return Papers(len(named), tuple(named[:NAMED]))
