"""What exchange differences do to the book, in the tenant's own currency.

    Dr currency_position   30.00 PLN      a gain: what was given in one currency is worth
    Cr fx_difference       30.00 PLN      more in the other than it was booked at

A loss is written the other way round. What is only valued at the end of a period goes to
`fx_unrealised`, so that what has really been gained or lost stands by itself.
"""

import datetime as dt
from uuid import UUID

from currencies.money import Money
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit

SETTLEMENT = "fx_settlement"
REVALUATION = "fx_revaluation"
REALISE = "realise"
REVALUE = "revalue"


def realised_entry(
    row_id: UUID, party_id: UUID, number: str, gained: Money, period_id: UUID, booked_on: dt.date
) -> Entry:
    """The entry of what a settlement gained, or lost where that is below zero."""
    return _entry(
        SETTLEMENT, REALISE, Account.FX_DIFFERENCE, row_id, party_id, number, gained, period_id,
        booked_on,
    )  # fmt: skip


def revaluation_entry(
    row_id: UUID, party_id: UUID, number: str, gained: Money, period_id: UUID, booked_on: dt.date
) -> Entry:
    """The entry of what an open item would gain at the closing rate."""
    return _entry(
        REVALUATION, REVALUE, Account.FX_UNREALISED, row_id, party_id, number, gained, period_id,
        booked_on,
    )  # fmt: skip


def _entry(
    source_type: str,
    purpose: str,
    account: Account,
    row_id: UUID,
    party_id: UUID,
    number: str,
    gained: Money,
    period_id: UUID,
    booked_on: dt.date,
) -> Entry:
    return Entry(
        source_type=source_type,
        source_id=row_id,
        purpose=purpose,
        period_id=period_id,
        booked_on=booked_on,
        narrative=number,
        postings=(
            debit(Account.CURRENCY_POSITION, gained, party_id),
            credit(account, gained, party_id),
        ),
    )
