"""A dispute: the part of a document that one side does not accept, and how it may end.

    open ── withdrawn   who raised it takes it back; the document stands as issued
      ├──── accepted    the other side agrees; the issuer credits the amount
      └──── rejected    the other side does not; the document stands as issued

A dispute is about an amount, never about a document as a whole: what is not disputed stays payable
and is due on time (rule R56). Nobody can dispute more than a document, or the line it names, says;
parts that are disputed already, and parts that were found right, cannot be disputed twice.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from moneyed import Money

from currencies.money import money, shown
from i18n.errors import Conflict, Invalid


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
    STANDS = "the document stands as issued; the amount is due"
    DONE = "the amount is credited; nothing is left to do"


@dataclass(frozen=True, slots=True)
class Dispute:
    """One disputed part. `document_line` is the line it names; empty for the document as such.

    `credit_id` is the document that credited it, after it was accepted.
    """

    id: UUID
    party_id: UUID
    document_id: UUID
    document_line: str
    reconciliation_id: UUID | None
    reconciliation_line: int | None
    raised_by: Side
    reason: Reason
    narrative: str
    disputed: Money
    status: Status
    opened_at: dt.datetime
    settled_at: dt.datetime | None = None
    credit_id: UUID | None = None

    @property
    def is_held(self) -> bool:
        """Whether its amount stays out of payouts and dunning."""
        return is_held(self.status, self.credit_id is not None)

    @property
    def consequence(self) -> Consequence:
        """What has to happen next."""
        return what_follows(self.status, self.credit_id is not None)


def answer_by(opened_on: dt.date, days: int) -> dt.date:
    """The last day for an answer; the day of the dispute itself is not counted."""
    return opened_on + dt.timedelta(days=days)


def what_follows(status: Status, is_credited: bool = False) -> Consequence:
    """What has to happen next in a dispute."""
    if status is Status.OPEN:
        return Consequence.ANSWER
    if status is Status.ACCEPTED:
        return Consequence.DONE if is_credited else Consequence.CREDIT
    return Consequence.STANDS


def is_held(status: Status, is_credited: bool = False) -> bool:
    """Whether the disputed amount stays out of payouts and dunning."""
    return what_follows(status, is_credited) in (Consequence.ANSWER, Consequence.CREDIT)


def closed(status: Status, wanted: Status) -> Status:
    """End an open dispute. Raises DisputeClosed."""
    assert wanted is not Status.OPEN, "a dispute ends, it is not opened again"
    if status is not Status.OPEN:
        raise DisputeClosed(status=status.value, wanted=wanted.value)
    return wanted


def check_amount(amount: Money, stated: Money, disputed: Money, what: str) -> None:
    """Refuse to dispute more than is stated and not yet disputed.

    `stated` may be negative, as a credit is; what counts is its size. Raises NothingDisputed,
    DisputedInAnotherCurrency or MoreThanDisputable.
    """
    if amount.currency != stated.currency:
        raise DisputedInAnotherCurrency(currency=stated.currency.code, other=amount.currency.code)
    if amount.amount <= 0:
        raise NothingDisputed(amount=shown(amount))
    left = money(abs(stated.amount), stated.currency.code) - disputed
    if amount > left:
        raise MoreThanDisputable(amount=shown(amount), left=shown(left), what=what)
