"""Which invoices an amount pays: undisputed parts first, the oldest due before the others (R108).

Undisputed parts go by due date, then number; then disputed parts in the same order; what is left
pays nothing yet.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from currencies.money import Money, money


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """What is still to be paid of an invoice, and how much of the invoice is disputed.

    Of an invoice with a plan of instalments it is one of them, by its number, due on its own day.
    """

    document_id: UUID
    number: str
    issued_on: dt.date
    due_on: dt.date
    open: Money
    disputed: Money
    plan_id: UUID | None = None
    instalment: int | None = None

    @property
    def undisputed(self) -> Money:
        """What is due without doubt: what is open, less the disputed part, never below zero."""
        return max(self.open - self.disputed, money(0, str(self.open.currency.code)))


@dataclass(frozen=True, slots=True)
class Applied:
    """What an invoice gets of an amount; above zero, never more than is open."""

    invoice: OpenInvoice
    amount: Money


def apply(amount: Money, invoices: Sequence[OpenInvoice]) -> tuple[list[Applied], Money]:
    """Put an amount of zero or more to invoices in its currency; also what is left of it."""
    ordered = sorted(invoices, key=lambda each: (each.due_on, each.number))
    parts = [(each, each.undisputed) for each in ordered]
    parts += [(each, each.open - each.undisputed) for each in ordered]
    nothing = money(0, str(amount.currency.code))
    got: dict[UUID, Money] = {}
    left = amount
    for invoice, part in parts:
        taken = min(part, left)
        if taken > nothing:
            got[invoice.document_id] = got.get(invoice.document_id, nothing) + taken
            left -= taken
    # Of an invoice in instalments the first open one stands for all that it gets.
    first: dict[UUID, OpenInvoice] = {}
    for each in ordered:
        first.setdefault(each.document_id, each)
    return [Applied(each, got[key]) for key, each in first.items() if key in got], left
