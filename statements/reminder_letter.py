"""A letter that reminds a customer of what is overdue: the items, how late each is, what to pay."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from moneyed import Money

from currencies.money import shown, total
from statements.csv_writing import csv_text
from statements.document import Kind, Party

COLUMNS = (
    "reminder", "level", "document", "issued_on", "due_on", "days_overdue", "amount", "open",
    "currency",
)  # fmt: skip
# Further columns of a letter that reminds of instalments; other items leave them empty.
INSTALMENT_COLUMNS = ("instalment", "instalments")


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A document that was due and has not been paid in full; `amount_open` is what is left.

    Of a document that is paid in instalments it is one of them: number `instalment` of
    `instalments`, from 1. Both are 0 where it is the document itself.
    """

    number: str
    issued_on: date
    due_on: date
    amount: Money
    amount_open: Money
    instalment: int = 0
    instalments: int = 0

    def __post_init__(self) -> None:
        assert 0 <= self.instalment <= self.instalments, "an instalment is one of its plan"


@dataclass(frozen=True, slots=True)
class ReminderLetter:
    """One letter; `level` is 1 for the first reminder and grows with every further one.

    `issued_on` is known from the draft on, for it says how late each item is; the number is given
    when it is issued. `charges` are the costs of this letter, where the terms allow them, and
    `charges_document` the debit note that asks for them. What is disputed is not among the items.
    """

    locale: str
    currency: str
    seller: Party
    buyer: Party
    issued_on: date
    pay_by: date
    level: int
    items: tuple[OpenItem, ...]
    charges: Money | None = None
    charges_document: str = ""
    number: str = ""
    kind: Kind = Kind.REMINDER

    def __post_init__(self) -> None:
        assert self.level >= 1, f"a reminder has a level from 1, not {self.level}"
        assert self.items, "a reminder is of something"

    @property
    def amount_open(self) -> Money:
        """What is left of all items and the charges."""
        return total((*self._open(), *([self.charges] if self.charges else [])), self.currency)

    @property
    def is_of_instalments(self) -> bool:
        """Whether any of its items is an instalment."""
        return any(item.instalment for item in self.items)

    def days_overdue(self, item: OpenItem) -> int:
        """Whole days between the day an item was due and the day of the letter."""
        return (self.issued_on - item.due_on).days

    def numbered(self, number: str, issued_on: date) -> "ReminderLetter":
        """Return the letter as issued. Only a draft can be numbered."""
        assert not self.number, f"A letter is numbered once; this one is {self.number}."
        return replace(self, number=number, issued_on=issued_on)

    def _open(self) -> Sequence[Money]:
        return [item.amount_open for item in self.items]


def reminder_csv(letter: ReminderLetter) -> bytes:
    """Return the letter as CSV in UTF-8, a row for each item, and one for its own costs.

    Instalments are told by their numbers, in columns that other letters do not have.
    """
    columns = (*COLUMNS, *INSTALMENT_COLUMNS) if letter.is_of_instalments else COLUMNS
    return csv_text(columns, (row[: len(columns)] for row in _rows(letter))).encode()


def _rows(letter: ReminderLetter) -> Iterator[tuple[str, ...]]:
    for item in letter.items:
        days = item.issued_on.isoformat(), item.due_on.isoformat(), str(letter.days_overdue(item))
        amounts = _figure(item.amount), _figure(item.amount_open), letter.currency
        yield letter.number, str(letter.level), item.number, *days, *amounts, *_numbers(item)
    if letter.charges is not None:
        days = letter.issued_on.isoformat(), letter.pay_by.isoformat(), "0"
        amounts = _figure(letter.charges), _figure(letter.charges), letter.currency
        yield letter.number, str(letter.level), letter.charges_document, *days, *amounts, "", ""


def _numbers(item: OpenItem) -> tuple[str, str]:
    return (str(item.instalment), str(item.instalments)) if item.instalment else ("", "")


def _figure(amount: Money) -> str:
    return shown(amount).partition(" ")[0]
