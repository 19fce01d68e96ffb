"""What an offset does to the book: payables and receivables go down by the same.

    Dr partner_payable, carrier_payable      what we owe, line by line
    Cr carrier_receivable                    what we are owed, line by line

A line in another currency passes through the currency position, in its own currency and in that of
the offset, so that the entry balances in each of them.
"""

import datetime as dt
from uuid import UUID

from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, Posting, credit, debit
from settlement.netting.netting import OffsetLine
from settlement.netting.offset import Offset


def booking_entry(offset: Offset, period_id: UUID, booked_on: dt.date) -> Entry:
    """The one entry of an offset."""
    return Entry(
        source_type="offset",
        source_id=offset.id,
        purpose="booking",
        period_id=period_id,
        booked_on=booked_on,
        narrative=offset.number,
        postings=tuple(posting for line in offset.lines for posting in _postings(line)),
    )


def _postings(line: OffsetLine) -> list[Posting]:
    there, back = (debit, credit) if line.is_ours_to_pay else (credit, debit)
    own = there(line.account, line.amount, line.party_id)
    if line.amount.currency == line.counted.currency:
        return [own]
    return [
        own,
        back(Account.CURRENCY_POSITION, line.amount, line.party_id),
        there(Account.CURRENCY_POSITION, line.counted, line.party_id),
    ]
