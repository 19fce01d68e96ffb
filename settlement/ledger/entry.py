"""An entry of the book: postings of both sides, equal in every currency (rule R106).

The amount of a posting is above zero and the side carries the sign. `debit` and `credit` therefore
take a signed amount and put a negative one on the other side, so that a correction reads like the
thing it corrects. Amounts of zero are left out.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from currencies.money import EXACT, Money, money, plain
from i18n.errors import Invalid
from settlement.ledger.accounts import Account


class Unbalanced(Invalid):
    """Entry {purpose}: debits less credits are {difference} {currency}, not 0. Post both sides."""


class NothingToPost(Invalid):
    """Entry {purpose} has no posting above zero. Leave it out."""


class Side(StrEnum):
    """The side of the account an amount is written on."""

    DEBIT = "debit"
    CREDIT = "credit"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.CREDIT if self is Side.DEBIT else Side.DEBIT


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry in one account; the party is the one it concerns."""

    account: Account
    side: Side
    amount: Money
    party_id: UUID | None = None

    @property
    def signed(self) -> Decimal:
        """The amount, debits above zero."""
        amount = self.amount.amount
        return amount if self.side is Side.DEBIT else amount.copy_negate()


# Source type, source id and purpose.
Cause = tuple[str, UUID, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced event of the book.

    `source_type`, `source_id` and `purpose` say what caused it; the same cause is booked once.
    `period_id` is the period that bears it and `booked_on` its accounting date.
    """

    source_type: str
    source_id: UUID
    purpose: str
    period_id: UUID
    booked_on: dt.date
    narrative: str
    postings: tuple[Posting, ...]
    reverses_id: UUID | None = None

    @property
    def cause(self) -> Cause:
        """What caused it."""
        return self.source_type, self.source_id, self.purpose


def debit(account: Account, amount: Money, party_id: UUID | None = None) -> Posting:
    """A posting on the debit side; a negative amount goes to the credit side."""
    return _posting(account, Side.DEBIT, amount, party_id)


def credit(account: Account, amount: Money, party_id: UUID | None = None) -> Posting:
    """A posting on the credit side; a negative amount goes to the debit side."""
    return _posting(account, Side.CREDIT, amount, party_id)


def check(entry: Entry) -> Entry:
    """Return the entry without its zero postings. Raises Unbalanced or NothingToPost."""
    postings = tuple(each for each in entry.postings if each.amount.amount)
    if not postings:
        raise NothingToPost(purpose=entry.purpose)
    for currency, difference in sums(postings).items():
        if difference:
            raise Unbalanced(purpose=entry.purpose, difference=plain(difference), currency=currency)
    return replace(entry, postings=postings)


def sums(postings: Iterable[Posting]) -> dict[str, Decimal]:
    """Debits less credits, per currency."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for each in postings:
        code = str(each.amount.currency.code)
        found[code] = EXACT.add(found[code], each.signed)
    return dict(found)


def reversal(entry: Entry, entry_id: UUID, period_id: UUID, booked_on: dt.date) -> Entry:
    """The exact negation of an entry: the same postings, each on the other side."""
    return Entry(
        source_type="ledger_entry",
        source_id=entry_id,
        purpose="reversal",
        period_id=period_id,
        booked_on=booked_on,
        narrative=f"Reversal: {entry.narrative}",
        postings=tuple(replace(each, side=each.side.other) for each in entry.postings),
        reverses_id=entry_id,
    )


def negated(amount: Money) -> Money:
    """Minus the amount, with all its digits; the unary minus keeps 28 of them."""
    return money(amount.amount.copy_negate(), str(amount.currency.code))


def _posting(account: Account, side: Side, amount: Money, party_id: UUID | None) -> Posting:
    if amount.amount < 0:
        return Posting(account, side.other, negated(amount), party_id)
    return Posting(account, side, amount, party_id)
