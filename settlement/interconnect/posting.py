"""What declarations and their reconciliation book.

    declared incoming     Dr carrier_receivable   Cr carrier_unbilled     what was accrued at close
    declared outgoing     Dr carrier_accrued      Cr carrier_payable
    accepted incoming     Dr carrier_receivable   Cr carrier_revenue      theirs or agreed less ours
    accepted outgoing     Dr carrier_cost         Cr carrier_payable

Charge lines are rounded one by one and a declaration once for each direction; what lies between
the two goes to the rounding account, so that the accrual is used up to the minor unit. Variance is
theirs less ours in both directions: what a carrier declares more than we do is more income where it
pays, and more cost where we pay.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from moneyed import Money

from settlement.interconnect.traffic import Direction
from settlement.ledger.accounts import Account
from settlement.ledger.entry import Entry, Posting, credit, debit


@dataclass(frozen=True, slots=True)
class Booking:
    """What causes an entry, who it concerns, and the open period and day that bear it."""

    source_type: str
    source_id: UUID
    carrier_id: UUID
    period_id: UUID
    booked_on: date
    reference: str


def declared(
    direction: Direction, payable: Money, accrued: Money, booking: Booking
) -> Entry | None:
    """The entry by which accrued traffic becomes receivable or payable; None for nothing."""
    carrier, rounding = booking.carrier_id, payable - accrued
    if direction == "incoming":
        postings = (
            debit(Account.CARRIER_RECEIVABLE, payable, carrier),
            credit(Account.CARRIER_UNBILLED, accrued, carrier),
            credit(Account.ROUNDING_DIFFERENCE, rounding, carrier),
        )
    else:
        postings = (
            debit(Account.CARRIER_ACCRUED, accrued, carrier),
            debit(Account.ROUNDING_DIFFERENCE, rounding, carrier),
            credit(Account.CARRIER_PAYABLE, payable, carrier),
        )
    return _entry(f"declared {direction}", postings, booking)


def accepted_variance(direction: Direction, variance: Money, booking: Booking) -> Entry | None:
    """The entry of a variance within tolerance or agreed (R53, R56); None for nothing."""
    carrier = booking.carrier_id
    if direction == "incoming":
        postings = (
            debit(Account.CARRIER_RECEIVABLE, variance, carrier),
            credit(Account.CARRIER_REVENUE, variance, carrier),
        )
    else:
        postings = (
            debit(Account.CARRIER_COST, variance, carrier),
            credit(Account.CARRIER_PAYABLE, variance, carrier),
        )
    return _entry(f"accepted variance {direction}", postings, booking)


def _entry(purpose: str, postings: tuple[Posting, ...], booking: Booking) -> Entry | None:
    if not any(posting.amount.amount for posting in postings):
        return None
    return Entry(
        source_type=booking.source_type,
        source_id=booking.source_id,
        purpose=purpose,
        period_id=booking.period_id,
        booked_on=booking.booked_on,
        narrative=f"{booking.reference}: {purpose}",
        postings=postings,
    )
