"""The figures of a month, stage by stage, from files received to payouts sent.

They are counted where each stage keeps its own rows, so two neighbours that do not agree show a
fault instead of hiding it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from currencies.money import Money, total


@dataclass(frozen=True, slots=True)
class Files:
    """Files that brought usage of the month, and those that could not be loaded meanwhile."""

    landed: int = 0
    quarantined: int = 0
    duplicate: int = 0
    undone: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.landed + self.quarantined + self.duplicate + self.undone


@dataclass(frozen=True, slots=True)
class Records:
    """Where the records of the landed files went."""

    landed: int = 0
    rejected: int = 0
    duplicate: int = 0
    suspended: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.landed + self.rejected + self.duplicate + self.suspended


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What rating made of the landed records of the month."""

    rated: int = 0
    free: int = 0
    unbillable: int = 0
    suspended: int = 0


@dataclass(frozen=True, slots=True)
class Revenue:
    """What one service of one side comes to in one currency; `direction` is ours."""

    side: str
    direction: str
    service: str
    lines: int
    events: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Documents:
    """Documents of the month of one kind and currency."""

    kind: str
    issued: int
    held: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Payouts:
    """Payout batches that pay documents of the month, by state."""

    status: str
    batches: int
    payments: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All stages of one month."""

    files: Files = field(default_factory=Files)
    records: Records = field(default_factory=Records)
    outcomes: Outcomes = field(default_factory=Outcomes)
    revenue: Sequence[Revenue] = ()
    documents: Sequence[Documents] = ()
    payouts: Sequence[Payouts] = ()

    @property
    def lines(self) -> int:
        """How many charge lines there are."""
        return sum(each.lines for each in self.revenue)

    def charged(self, side: str, direction: str) -> list[Money]:
        """What one side owes or is owed, one amount for each currency."""
        return by_currency(
            each.amount for each in self.revenue if (each.side, each.direction) == (side, direction)
        )

    def of_kinds(self, kinds: Iterable[str]) -> "Tally":
        """The documents of some kinds taken together."""
        wanted = set(kinds)
        found = [each for each in self.documents if each.kind in wanted]
        return Tally(
            sum(each.issued for each in found),
            sum(each.held for each in found),
            by_currency(each.amount for each in found),
        )

    @property
    def paid(self) -> list[Money]:
        """What payout batches pay that have not been rejected, one amount for each currency."""
        return by_currency(each.amount for each in self.payouts if each.status != "rejected")

    @property
    def batches_by_status(self) -> Mapping[str, int]:
        """How many payout batches are in each state."""
        counted: dict[str, int] = {}
        for each in self.payouts:
            counted[each.status] = counted.get(each.status, 0) + each.batches
        return counted


@dataclass(frozen=True, slots=True)
class Tally:
    """Documents counted, and what the issued ones come to in each currency."""

    issued: int
    held: int
    amounts: Sequence[Money]


def by_currency(amounts: Iterable[Money]) -> list[Money]:
    """One sum for each currency, in the order of the codes."""
    grouped: dict[str, list[Money]] = {}
    for amount in amounts:
        grouped.setdefault(str(amount.currency.code), []).append(amount)
    return [total(grouped[code], code) for code in sorted(grouped)]
