"""A debt in a foreign currency and what it is worth in the tenant's own (rule R74).

    1,000.00 EUR booked at 4.2500 are 4,250.00 PLN; paid at 4.2800 they cost 4,280.00:
    a loss of 30.00 on a payable, a gain of 30.00 on a receivable.

Part payments release the booked value cumulatively (`booked_release`): what is released up to now,
rounded, less what was released before. So the releases of a debt that is paid add up to its booked
value to the minor unit, in however many parts. Credit notes take back their part of it at the rate
at which it was booked (rule R75), and bring no difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal
from uuid import UUID

from currencies.money import Money, money
from currencies.rounding import round_fraction
from currencies.units import minor_unit

Side = Literal["receivable", "payable"]


@dataclass(frozen=True, slots=True)
class Debt:
    """An issued document in a foreign currency, with what has happened to it.

    Of a declaration each direction is a debt of its own, named by `line`; "" of all others.
    `payable`, `credited` and `settled` are amounts of its own currency, zero or more; `released` is
    the part of the booked value that settlements have released, in the tenant's. `due_on` is the
    day before which no payout is for it: of declarations alone, None of all others.
    """

    document_id: UUID
    number: str
    party_id: UUID
    side: Side
    booked_for: date
    payable: Money
    credited: Money
    settled: Money
    released: Money
    line: str = ""
    due_on: date | None = None

    @property
    def key(self) -> tuple[UUID, str]:
        """Which debt it is."""
        return self.document_id, self.line

    @property
    def open(self) -> Money:
        """What is still to be paid."""
        return self.payable - self.credited - self.settled

    def is_due(self, on: date) -> bool:
        """Whether a payout of a day may be for it (R56)."""
        return self.due_on is None or self.due_on <= on


def release(debt: Debt, booked: Money, paid: Money) -> Money:
    """The part of the booked value that a payment releases; `booked` is that of the whole debt."""
    before = _part(debt, booked, debt.credited)
    after = _part(debt, booked, debt.credited + debt.settled + paid)
    return after - before - debt.released


def carried(debt: Debt, booked: Money) -> Money:
    """The booked value of what is still open."""
    return booked - _part(debt, booked, debt.payable - debt.open)


def gain(side: Side, booked: Money, now: Money) -> Money:
    """What is gained where a value was booked and is now another; a loss is below zero."""
    return now - booked if side == "receivable" else booked - now


def _part(debt: Debt, booked: Money, amount: Money) -> Money:
    """The value of an amount of the debt at the booked rate, rounded."""
    code = str(booked.currency.code)
    share = Fraction(amount.amount) / Fraction(debt.payable.amount)
    return money(round_fraction(Fraction(booked.amount) * share, minor_unit(code)), code)


@dataclass(frozen=True, slots=True)
class Payment:
    """A part of a debt that is paid now: which, how much, on which day, and by what."""

    document_id: UUID
    amount: Money
    cause_id: UUID
    paid_on: date
    line: str = ""

    @property
    def key(self) -> tuple[UUID, str]:
        """Which debt it pays."""
        return self.document_id, self.line


def oldest_first(
    debts: Sequence[Debt], amount: Money, cause_id: UUID, paid_on: date
) -> list[Payment]:
    """Put an amount to debts in their order; what is left over pays none of them."""
    payments, left = [], amount
    nothing = money(0, str(amount.currency.code))
    for each in debts:
        part = min(each.open, left)
        if part > nothing:
            payments.append(Payment(each.document_id, part, cause_id, paid_on, each.line))
            left -= part
    return payments
