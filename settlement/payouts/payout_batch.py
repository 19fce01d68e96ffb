"""A payout batch as others see it, and what can be wrong with one."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from currencies.money import Money, total
from i18n.errors import Conflict, Forbidden, NotFound
from settlement.payouts.payout import Outcome, Status


class NoSuchBatch(NotFound):
    """There is no payout batch {batch}. Check the identifier."""


class NothingToPay(Conflict):
    """No partner is paid in {currency} on {pays_on}: {carried} carried, {held} held."""


class BatchWaiting(Conflict):
    """Batch {number} in {currency} waits for approval. Approve or reject it, then propose again."""


class MakerMayNotApprove(Forbidden):
    """Batch {number} was proposed by {proposed_by}. Somebody else has to approve it."""


class ApproverUnknown(Forbidden):
    """Payouts are approved by a person. Sign in, or use a key that belongs to somebody."""


class BatchNotProposed(Conflict):
    """Batch {number} is {status}. Only a proposed batch can be approved or rejected."""


class ContentChanged(Conflict):
    """Batch {number} is no longer what was proposed: {what}. Reject it and propose again."""


class BatchNotApproved(Conflict):
    """Batch {number} is {status}. Only an approved batch has a payment file."""


class NotExported(Conflict):
    """Batch {number} has no payment file yet. Export it, hand it to the bank, then confirm."""


@dataclass(frozen=True, slots=True)
class Payout:
    """One line of a batch."""

    id: UUID
    party_id: UUID
    end_to_end_id: str
    amount: Money
    outcome: Outcome
    reason: str
    bank_account_id: UUID | None
    document_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PayoutBatch:
    """Payments of a currency from one account of ours on one day; and what is not paid, and why."""

    id: UUID
    number: str
    currency: str
    status: Status
    pays_on: dt.date
    bank_account_id: UUID
    proposed_by: str
    proposed_at: dt.datetime
    approved_by: str | None
    approved_at: dt.datetime | None
    content_hash: str
    file_sha256: str | None
    payouts: tuple[Payout, ...]

    @property
    def paid(self) -> tuple[Payout, ...]:
        """The lines that move money."""
        return tuple(each for each in self.payouts if each.outcome is Outcome.PAID)

    @property
    def amount(self) -> Money:
        """What leaves the account."""
        return total((each.amount for each in self.paid), self.currency)
