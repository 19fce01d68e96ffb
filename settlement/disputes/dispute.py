"""A dispute: the part of a document that one side does not accept, and how it may end.

    open ── withdrawn   who raised it takes it back; the document stands as issued
      ├──── accepted    the other side agrees; the issuer credits the amount
      └──── rejected    the other side does not; the document stands as issued

A dispute is about an amount, never about a document as a whole: what is not disputed stays payable
and is due on time (rule R56). Nobody can dispute more than a document, or the line it names, says;
parts that are disputed already, and parts that were found right, cannot be disputed twice.

What two sides count apart is disputed with its whole difference, however little of it is in our
documents: `disputed` is the difference, `held` the part of our document that waits for its end.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from moneyed import Money

from currencies.money import money, shown
from i18n.errors import Conflict, Invalid
from i18n.locale import Words


class DisputeClosed(Conflict):
    """A {status} dispute cannot become {wanted}. Raise another one if something is still wrong."""


class MoreThanDisputable(Invalid):
    """{amount} cannot be disputed: {left} of {what} is left to dispute. Dispute that or less."""


class NothingDisputed(Invalid):
    """A dispute is about an amount above zero, not {amount}. Name the amount that is wrong."""


class DisputedInAnotherCurrency(Invalid):
    """The document is in {currency}, the dispute in {other}. Name the amount in {currency}."""


class Status(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Side(StrEnum):
    """Who raised it: we, or the party the document is with."""

    US = "us"
    THEM = "them"


class Reason(StrEnum):
    """What is held to be wrong."""

    VOLUME = "volume"
    DURATION = "duration"
    RATE = "rate"
    TRAFFIC_UNKNOWN = "traffic_unknown"
    TRAFFIC_MISSING = "traffic_missing"
    BILLED_TWICE = "billed_twice"
    SHARE = "share"
    TAX = "tax"
    OTHER = "other"


class Consequence(StrEnum):
    """What has to happen next."""

    ANSWER = "the other side accepts or rejects it; the amount is held"
    CREDIT = "the issuer credits the amount; it is held until then"
    ADJUST = "the agreed value is booked as an adjusting entry; the amount is held until then"
    STANDS = "the document stands as issued; the amount is due"
    DONE = "the amount is credited or adjusted; nothing is left to do"


HOLDING = (Consequence.ANSWER, Consequence.CREDIT, Consequence.ADJUST)


@dataclass(frozen=True, slots=True)
class Dispute:
    """One disputed part.

    `document_id` is None where only the other side has a document (a carrier's invoice).
    `document_line` is the line it names, or the direction of traffic; empty for the document as
    such. It is about at most one of: a line of a reconciliation, a `cause` of a comparison of
    records, a line of a carrier's invoice, an objection (a message of the exchange), what a roaming
    partner returns of a TAP file.

    `held` is the part of the document kept back until it ends, `settled` the value that ended it.
    `variance` is theirs less ours where both counted; None where only a document is wrong.
    `credit_id` is the document that credited it, `adjusted_at` when an adjusting entry was booked.
    """

    id: UUID
    party_id: UUID
    document_id: UUID | None
    document_line: str
    raised_by: Side
    reason: Reason
    narrative: str
    disputed: Money
    held: Money
    status: Status
    opened_at: dt.datetime
    settled_at: dt.datetime | None = None
    settled: Money | None = None
    reconciliation_id: UUID | None = None
    reconciliation_line: int | None = None
    comparison_id: UUID | None = None
    cause: str | None = None
    supplier_invoice_id: UUID | None = None
    supplier_invoice_line: int | None = None
    objection_id: UUID | None = None
    returned_file_id: UUID | None = None
    variance: Money | None = None
    credit_id: UUID | None = None
    adjusted_at: dt.datetime | None = None

    @property
    def is_compared(self) -> bool:
        """Whether both sides counted what is disputed, so that an entry can adjust it."""
        return self.variance is not None

    @property
    def is_carried_out(self) -> bool:
        """Whether what was accepted is in the books."""
        return self.credit_id is not None or self.adjusted_at is not None

    @property
    def is_held(self) -> bool:
        """Whether its amount stays out of payouts and dunning."""
        return self.consequence in HOLDING

    @property
    def consequence(self) -> Consequence:
        """What has to happen next."""
        return what_follows(self.status, is_done=self.is_carried_out, is_compared=self.is_compared)


def answer_by(opened_on: dt.date, days: int) -> dt.date:
    """The last day for an answer; the day of the dispute itself is not counted."""
    return opened_on + dt.timedelta(days=days)


def what_follows(
    status: Status, *, is_done: bool = False, is_compared: bool = False
) -> Consequence:
    """What has to happen next in a dispute."""
    if status is Status.OPEN:
        return Consequence.ANSWER
    if status is not Status.ACCEPTED:
        return Consequence.STANDS
    if is_done:
        return Consequence.DONE
    return Consequence.ADJUST if is_compared else Consequence.CREDIT


def closed(status: Status, wanted: Status) -> Status:
    """End an open dispute. Raises DisputeClosed."""
    assert wanted is not Status.OPEN, "a dispute ends, it is not opened again"
    if status is not Status.OPEN:
        raise DisputeClosed(status=status.value, wanted=wanted.value)
    return wanted


def adjusting(dispute: Dispute) -> Money:
    """What the agreed value moves our figure by, towards theirs.

    What they dispute and get moves us; what we dispute and get leaves us where we are, and the
    rest of the difference moves us. Variance 20.00, settled at 15.00: they raised it, 15.00; we
    raised it, 5.00. The sign is that of the variance.
    """
    assert dispute.variance is not None and dispute.settled is not None, "compared and agreed"
    theirs = dispute.raised_by is Side.THEM
    moved = dispute.settled if theirs else dispute.disputed - dispute.settled
    return moved if dispute.variance.amount > 0 else -moved


def left_of(stated: Money, held: Money) -> Money:
    """How much of a stated amount is held by no dispute; `stated` may be negative."""
    return money(abs(stated.amount), stated.currency.code) - held


def check_amount(amount: Money, stated: Money, disputed: Money, what: str | Words) -> None:
    """Refuse to dispute more than is stated and not yet disputed.

    `stated` may be negative, as a credit is; what counts is its size. Raises NothingDisputed,
    DisputedInAnotherCurrency or MoreThanDisputable.
    """
    if amount.currency != stated.currency:
        raise DisputedInAnotherCurrency(currency=stated.currency.code, other=amount.currency.code)
    if amount.amount <= 0:
        raise NothingDisputed(amount=shown(amount))
    left = left_of(stated, disputed)
    if amount > left:
        raise MoreThanDisputable(amount=shown(amount), left=shown(left), what=what)
