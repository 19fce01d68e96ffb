"""What payouts do to the book: an approval reserves what is owed, a confirmation spends it."""

import datetime as dt
from collections.abc import Callable, Mapping
from uuid import UUID

from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from settlement.payouts.payout_batch import Payout, PayoutBatch


def approval_entries(
    batch: PayoutBatch, payable: Mapping[UUID, Account], period_id: UUID, booked_on: dt.date
) -> list[Entry]:
    """What was payable is on its way, payment by payment; `payable` says where, by payee."""
    return _entries(
        batch,
        "approval",
        lambda payout: payable[payout.party_id],
        Account.PAYOUT_CLEARING,
        period_id,
        booked_on,
    )


def sent_entries(batch: PayoutBatch, period_id: UUID, booked_on: dt.date) -> list[Entry]:
    """What was on its way has left the account."""
    return _entries(
        batch, "sent", lambda _: Account.PAYOUT_CLEARING, Account.BANK, period_id, booked_on
    )


def _entries(
    batch: PayoutBatch,
    purpose: str,
    debited: Callable[[Payout], Account],
    credited: Account,
    period_id: UUID,
    booked_on: dt.date,
) -> list[Entry]:
    return [
        Entry(
            source_type="payout",
            source_id=payout.id,
            purpose=purpose,
            period_id=period_id,
            booked_on=booked_on,
            narrative=f"{batch.number} {payout.end_to_end_id}",
            postings=(
                debit(debited(payout), payout.amount, payout.party_id),
                credit(credited, payout.amount, payout.party_id),
            ),
        )
        for payout in batch.paid
    ]
