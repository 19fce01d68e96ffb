"""What a receipt does to the book: money at the bank, and less that the payer owes.

An over-payment lowers the receivable too: the payer is owed it. A bounce reverses the entry.
"""

import datetime as dt
from typing import Final
from uuid import UUID

from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from settlement.parties.party import Kind
from settlement.receipts.receipt import Receipt

SOURCE = "receipt"
PURPOSE = "receive"

# Who pays us, and where the book has what they owe.
OWED_BY: Final = {Kind.CUSTOMER: Account.RECEIVABLE, Kind.CARRIER: Account.CARRIER_RECEIVABLE}


def receipt_entry(receipt: Receipt, owed_on: Account, period_id: UUID, booked_on: dt.date) -> Entry:
    """The entry of money received; `owed_on` is the account of what the payer owes."""
    return Entry(
        source_type=SOURCE,
        source_id=receipt.id,
        purpose=PURPOSE,
        period_id=period_id,
        booked_on=booked_on,
        narrative=receipt.reference,
        postings=(
            debit(Account.BANK, receipt.amount),
            credit(owed_on, receipt.amount, receipt.party_id),
        ),
    )
