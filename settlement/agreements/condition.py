"""Conditions of one subscription: what was agreed with this customer and with no other.

A charge is a one-off amount at a date, with a reason: above zero it is charged, below zero taken
off. A grant gives a promotion to a subscription that no class or segment entitles to it. A
commitment is a further term, agreed when an earlier one was over or nearly so.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from currencies.money import Money, money, shown
from currencies.rounding import is_payable
from i18n.errors import Conflict, Invalid

LONGEST_REASON = 200


class ReasonNeeded(Invalid):
    """This needs a reason that can be printed. Write 1 to 200 characters."""


class ChargeUnpayable(Invalid):
    """{amount} cannot be charged. Write an amount other than zero, in whole minor units."""


class PurchaseCostMissing(Invalid):
    """{product} is sold under the margin scheme. Charge an amount above zero, and say what the
    goods were bought for, with tax.
    """


class PurchaseCostUnneeded(Invalid):
    """{product} is not sold under the margin scheme. Leave its purchase cost out."""


class ChargeInOtherCurrency(Conflict):
    """Contract {number} is in {currency}, and the charge in {other}. Charge in the contract's
    currency.
    """


class BeforeTheSubscription(Conflict):
    """{on} is before the subscription begins, on {valid_from}. Choose a later day."""


class AlreadyGranted(Conflict):
    """Promotion {promotion} was granted to this subscription from {begins_on} already."""


class NotGrantedNow(Conflict):
    """Promotion {promotion} is for what begins from {valid_from} until {valid_until}, not on {on}.
    Choose another day or promotion.
    """


class CommittedAlready(Conflict):
    """A term of this subscription begins on {begins_on} already. Agree one from a later day."""


@dataclass(frozen=True, slots=True)
class IndividualCharge:
    """An amount at a date with all that rating asks of it; the party is the payer.

    `purchase_cost` is what goods under the margin scheme were bought for, with tax.
    """

    id: UUID
    subscription_id: UUID
    contract_id: UUID
    customer_id: UUID
    party_id: UUID
    product: str
    charged_on: date
    amount: Decimal
    currency: str
    reason: str
    purchase_cost: Decimal | None = None

    @property
    def money(self) -> Money:
        """The amount in the currency of its contract."""
        return money(self.amount, self.currency)

    @property
    def bought_for(self) -> Money | None:
        """What the goods were bought for; None outside of the margin scheme."""
        cost = self.purchase_cost
        return None if cost is None else money(cost, self.currency)


@dataclass(frozen=True, slots=True)
class Grant:
    """A promotion given to one subscription, from a local day on."""

    subscription_id: UUID
    promotion: str
    begins_on: date
    reason: str


def checked_reason(reason: str) -> str:
    """A reason that can stand on an invoice. Raises ReasonNeeded."""
    text = reason.strip() if isinstance(reason, str) else ""
    if not 0 < len(text) <= LONGEST_REASON or not text.isprintable():
        raise ReasonNeeded
    return text


def checked_charge(amount: Money, number: str, currency: str) -> Decimal:
    """An amount that can be charged or taken off under a contract.

    Raises ChargeInOtherCurrency and ChargeUnpayable.
    """
    if amount.currency.code != currency:
        raise ChargeInOtherCurrency(number=number, currency=currency, other=amount.currency.code)
    if not amount.amount or not is_payable(amount):
        raise ChargeUnpayable(amount=shown(amount))
    return amount.amount


def checked_cost(
    cost: Money | None, product: str, amount: Money, number: str, *, is_margin: bool
) -> Decimal | None:
    """What goods were bought for, where they are sold under the margin scheme; else None.

    Raises PurchaseCostMissing, PurchaseCostUnneeded, ChargeInOtherCurrency and ChargeUnpayable.
    """
    if not is_margin:
        if cost is not None:
            raise PurchaseCostUnneeded(product=product)
        return None
    if cost is None or cost.amount < 0 or amount.amount < 0:
        raise PurchaseCostMissing(product=product)
    return checked_charge(cost, number, str(amount.currency.code)) if cost.amount else Decimal(0)


def require_begun(on: date, valid_from: date) -> None:
    """Refuse a day before the subscription. Raises BeforeTheSubscription."""
    if on < valid_from:
        raise BeforeTheSubscription(on=on, valid_from=valid_from)
