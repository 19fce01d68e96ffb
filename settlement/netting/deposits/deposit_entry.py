"""What a deposit does to the book.

received      Dr bank                Cr carrier_deposit       we owe it back
set off       Dr carrier_deposit     Cr carrier_receivable    it pays what the carrier owes
given back    Dr carrier_deposit     Cr carrier_payable       the next payout batch pays it
"""

import datetime as dt
from typing import Final
from uuid import UUID

from currencies.money import Money
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit
from settlement.netting.deposits.deposit import Deposit, Use

SOURCE: Final = "deposit"
RECEIVED: Final = "received"
GOES_TO: Final = {
    Use.SET_OFF: Account.CARRIER_RECEIVABLE,
    Use.GIVEN_BACK: Account.CARRIER_PAYABLE,
}


def received_entry(deposit: Deposit, period_id: UUID, booked_on: dt.date) -> Entry:
    """The entry of a deposit that came."""
    return Entry(
        source_type=SOURCE,
        source_id=deposit.id,
        purpose=RECEIVED,
        period_id=period_id,
        booked_on=booked_on,
        narrative=deposit.reference,
        postings=(
            debit(Account.BANK, deposit.amount),
            credit(Account.CARRIER_DEPOSIT, deposit.amount, deposit.carrier_id),
        ),
    )


def used_entry(
    deposit: Deposit, use_id: UUID, use: Use, amount: Money, period_id: UUID, booked_on: dt.date
) -> Entry:
    """The entry of a part of a deposit that was used."""
    return Entry(
        source_type=SOURCE,
        source_id=use_id,
        purpose=use.value,
        period_id=period_id,
        booked_on=booked_on,
        narrative=deposit.reference,
        postings=(
            debit(Account.CARRIER_DEPOSIT, amount, deposit.carrier_id),
            credit(GOES_TO[use], amount, deposit.carrier_id),
        ),
    )
