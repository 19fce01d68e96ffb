"""A write-off: part of an invoice that is given up, booked as lost and no longer asked for.

The whole of it is a loss, tax included; relief of tax on bad debts is the tenant's to claim.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from currencies.money import Money, shown
from currencies.rounding import is_payable
from i18n.errors import Conflict, Invalid
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, credit, debit

SOURCE: Final = "write_off"
PURPOSE: Final = "give_up"


class NotToWriteOff(Invalid):
    """{amount} cannot be written off. Name an amount above zero in whole minor units."""


class WriteOffWithoutReason(Invalid):
    """A write-off needs a reason. Say why the customer will never pay."""


class NothingOpenToWriteOff(Conflict):
    """Document {document} is no invoice with something still to be paid. Name one that is."""


class WrittenOffBeyondOpen(Conflict):
    """Of invoice {number} {open} are still to be paid. Write off at most that."""


@dataclass(frozen=True, slots=True)
class WriteOff:
    """An amount of an invoice, with tax, that is given up."""

    id: UUID
    document_id: UUID
    amount: Money
    reason: str
    written_off_on: dt.date
    recorded_by: str
    recorded_at: dt.datetime


def check_write_off(amount: Money, reason: str) -> None:
    """Raises NotToWriteOff or WriteOffWithoutReason."""
    if amount.amount <= 0 or not is_payable(amount):
        raise NotToWriteOff(amount=shown(amount))
    if not reason:
        raise WriteOffWithoutReason()


def write_off_entry(found: WriteOff, party_id: UUID, number: str, period_id: UUID) -> Entry:
    """The entry of what is given up."""
    return Entry(
        source_type=SOURCE,
        source_id=found.id,
        purpose=PURPOSE,
        period_id=period_id,
        booked_on=found.written_off_on,
        narrative=number,
        postings=(
            debit(Account.BAD_DEBT, found.amount, party_id),
            credit(Account.RECEIVABLE, found.amount, party_id),
        ),
    )
