"""What a partner is told when it is paid: the amount, the account, and what it is made of."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from moneyed import Money

from currencies.money import shown, total
from statements.csv_writing import csv_text
from statements.document import Kind, Party

COLUMNS = (
    "advice", "document", "issued_on", "amount", "withheld", "netted", "paid", "currency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AdviceItem:
    """One document that is settled; `paid` is its amount less what was withheld and netted."""

    document: str
    issued_on: date
    amount: Money
    withheld: Money
    netted: Money

    @property
    def paid(self) -> Money:
        """What is paid of it; below zero where more is netted than was owed."""
        return self.amount - self.withheld - self.netted


@dataclass(frozen=True, slots=True)
class PayoutAdvice:
    """The advice of one payment of `payer` to `payee`, whose `bank` is the account paid into."""

    locale: str
    currency: str
    payer: Party
    payee: Party
    paid_on: date
    payment_reference: str
    items: tuple[AdviceItem, ...]
    number: str = ""
    issued_on: date | None = None
    kind: Kind = Kind.PAYOUT_ADVICE

    def __post_init__(self) -> None:
        assert self.items, "a payment is of something"

    @property
    def paid(self) -> Money:
        """What is paid in all."""
        return total((item.paid for item in self.items), self.currency)

    def numbered(self, number: str, issued_on: date) -> "PayoutAdvice":
        """Return the advice as issued. Only a draft can be numbered."""
        assert not self.number, f"An advice is numbered once; this one is {self.number}."
        return replace(self, number=number, issued_on=issued_on)


def advice_csv(advice: PayoutAdvice) -> bytes:
    """Return the advice as CSV in UTF-8, a row for each item."""
    return csv_text(COLUMNS, _rows(advice)).encode()


def _rows(advice: PayoutAdvice) -> Iterator[tuple[str, ...]]:
    for item in advice.items:
        amounts = (item.amount, item.withheld, item.netted, item.paid)
        yield (
            advice.number,
            item.document,
            item.issued_on.isoformat(),
            *(shown(each).partition(" ")[0] for each in amounts),
            advice.currency,
        )
