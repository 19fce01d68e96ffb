"""A receipt: money that a customer or carrier paid, under a reference that the tenant uses once."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from currencies.money import Money, money, shown
from currencies.rounding import is_payable
from i18n.errors import Conflict, Invalid, NotFound


class NoSuchReceipt(NotFound):
    """There is no receipt {receipt}. Check the identifier."""


class NotReceivable(Invalid):
    """{amount} cannot be received. Name an amount above zero in whole minor units."""


class ReceiptReferenceMissing(Invalid):
    """A receipt needs its reference. Give what the bank calls the payment."""


class NotACustomerPays(Invalid):
    """{party} is a {kind}, not a customer. Record what customers pay."""


class NobodyWhoPays(Invalid):
    """{party} is a {kind}. Record what customers and carriers pay."""


class ReceivedLater(Invalid):
    """{day} is after today, {today}. Record money on or after the day it came."""


class ReceiptToldDifferently(Conflict):
    """Receipt {reference} is kept with {amount} of {day}. Give each payment its own reference."""


class BouncedOutsideItsTime(Invalid):
    """{day} is not between {received} and today, {today}. Give the day of the bounce."""


class BouncedOnAnotherDay(Conflict):
    """Receipt {reference} bounced on {day} already. A payment bounces once."""


@dataclass(frozen=True, slots=True)
class Paid:
    """The part of a receipt that an invoice holds; above zero."""

    document_id: UUID
    number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money received and the invoices it pays; a bounced one pays none."""

    id: UUID
    party_id: UUID
    reference: str
    amount: Money
    received_on: dt.date
    recorded_by: str
    recorded_at: dt.datetime
    bounced_on: dt.date | None = None
    paid: tuple[Paid, ...] = ()

    @property
    def unapplied(self) -> Money:
        """What pays no invoice yet; nothing of a bounced receipt."""
        code = str(self.amount.currency.code)
        if self.bounced_on is not None:
            return money(0, code)
        return self.amount - sum((each.amount for each in self.paid), money(0, code))

    def must_be(self, party_id: UUID, amount: Money, received_on: dt.date) -> None:
        """Refuse other facts under the same reference. Raises ReceiptToldDifferently."""
        if (self.party_id, self.amount, self.received_on) != (party_id, amount, received_on):
            raise ReceiptToldDifferently(
                reference=self.reference, amount=shown(self.amount), day=self.received_on
            )


def check_received(amount: Money, reference: str, received_on: dt.date, today: dt.date) -> None:
    """Raises NotReceivable, ReceiptReferenceMissing or ReceivedLater."""
    if amount.amount <= 0 or not is_payable(amount):
        raise NotReceivable(amount=shown(amount))
    if not reference:
        raise ReceiptReferenceMissing()
    if received_on > today:
        raise ReceivedLater(day=received_on, today=today)


def bounces_now(receipt: Receipt, bounced_on: dt.date, today: dt.date) -> bool:
    """Whether a bounce is news. Raises BouncedOutsideItsTime or BouncedOnAnotherDay."""
    if receipt.bounced_on is not None and receipt.bounced_on != bounced_on:
        raise BouncedOnAnotherDay(reference=receipt.reference, day=receipt.bounced_on)
    if not receipt.received_on <= bounced_on <= today:
        raise BouncedOutsideItsTime(day=bounced_on, received=receipt.received_on, today=today)
    return receipt.bounced_on is None
