"""What a receipt does to the book: money at the bank, and less that the customer owes.

An over-payment lowers the receivable too: the customer is owed it. A bounce reverses the entry.
"""

import datetime as dt
from uuid import UUID

from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from settlement.receipts.receipt import Receipt

SOURCE = "receipt"
PURPOSE = "receive"


def receipt_entry(receipt: Receipt, period_id: UUID, booked_on: dt.date) -> Entry:
    """The entry of money received."""
    return Entry(
        source_type=SOURCE,
        source_id=receipt.id,
        purpose=PURPOSE,
        period_id=period_id,
        booked_on=booked_on,
        narrative=receipt.reference,
        postings=(
            debit(Account.BANK, receipt.amount),
            credit(Account.RECEIVABLE, receipt.amount, receipt.party_id),
        ),
    )
