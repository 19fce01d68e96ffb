"""A letter that reminds a customer of what is overdue: the items, how late each is, what to pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from moneyed import Money

from currencies.money import total
from statements.document import Party


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A document that was due and has not been paid in full; `amount_open` is what is left."""

    number: str
    issued_on: date
    due_on: date
    amount: Money
    amount_open: Money


@dataclass(frozen=True, slots=True)
class ReminderLetter:
    """One letter; `level` is 1 for the first reminder and grows with every further one.

    `charges` are the costs of reminding, where the terms allow them. What is disputed is not among
    the items.
    """

    number: str
    locale: str
    currency: str
    seller: Party
    buyer: Party
    issued_on: date
    pay_by: date
    level: int
    items: tuple[OpenItem, ...]
    charges: Money | None = None

    def __post_init__(self) -> None:
        assert self.level >= 1, f"a reminder has a level from 1, not {self.level}"
        assert self.items, "a reminder is of something"

    @property
    def amount_open(self) -> Money:
        """What is left of all items and the charges."""
        return total((*self._open(), *([self.charges] if self.charges else [])), self.currency)

    def days_overdue(self, item: OpenItem) -> int:
        """Whole days between the day an item was due and the day of the letter."""
        return (self.issued_on - item.due_on).days

    def _open(self) -> Sequence[Money]:
        return [item.amount_open for item in self.items]
