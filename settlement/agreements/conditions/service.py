"""Charge one subscription by itself, grant it a promotion, agree a further term with it."""

import datetime as dt
from collections import defaultdict
from uuid import UUID

from currencies.money import Money
from i18n.locale import until_when
from settlement.agreements.condition import (
    AlreadyGranted,
    CommittedAlready,
    Grant,
    IndividualCharge,
    NotGrantedNow,
    checked_charge,
    checked_cost,
    checked_reason,
    require_begun,
)
from settlement.agreements.conditions import store
from settlement.agreements.contract import Subscription
from settlement.agreements.contracts import service as contracts
from settlement.catalogue.product import MARGIN
from settlement.catalogue.products import service as products
from settlement.catalogue.promotions import service as promotions
from tenants.session import TenantSession


def charge(
    session: TenantSession,
    subscription_id: UUID,
    product: str,
    charged_on: dt.date,
    amount: Money,
    reason: str,
    purchase_cost: Money | None = None,
) -> IndividualCharge:
    """Charge a subscription an amount at a date, or take it off where it is below zero.

    Of a product under the margin scheme `purchase_cost` says what the goods were bought for. Raises
    NoSuchSubscription, NoSuchProduct, BeforeTheSubscription, ChargeInOtherCurrency,
    ChargeUnpayable, ReasonNeeded, PurchaseCostMissing and PurchaseCostUnneeded.
    """
    subscription = contracts.subscription(session, subscription_id)
    contract = contracts.contract(session, subscription.contract_id)
    require_begun(charged_on, subscription.valid_from)
    sold = products.products_by_code(session, [product])[product]
    is_margin = sold.tax_category == MARGIN
    row = store.IndividualChargeRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        subscription_id=subscription_id,
        product_id=sold.id,
        charged_on=charged_on,
        amount=checked_charge(amount, contract.number, contract.currency),
        reason=checked_reason(reason),
        purchase_cost=checked_cost(
            purchase_cost, product, amount, contract.number, is_margin=is_margin
        ),
        entered_at=session.now(),
        entered_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    return next(each for each in charges_of(session, subscription_id) if each.id == row.id)


def charges_of(session: TenantSession, subscription_id: UUID) -> list[IndividualCharge]:
    """The charges of a subscription, the earliest first. Raises NoSuchSubscription."""
    contracts.subscription(session, subscription_id)
    rows = store.charges_of(session, subscription_id)
    return [IndividualCharge(**row._mapping) for row in rows]


def charges_between(
    session: TenantSession,
    starts_on: dt.date,
    ends_on: dt.date,
    customer_id: UUID | None = None,
) -> list[IndividualCharge]:
    """Charges of the days of [starts_on, ends_on), of all customers or one."""
    rows = store.charges_between(session, starts_on, ends_on, customer_id)
    return [IndividualCharge(**row._mapping) for row in rows]


def grant(
    session: TenantSession, subscription_id: UUID, promotion: str, begins_on: dt.date, reason: str
) -> Grant:
    """Give a subscription a promotion from a day on.

    Raises NoSuchSubscription, NoSuchPromotion, NotGrantedNow, AlreadyGranted,
    BeforeTheSubscription and ReasonNeeded.
    """
    subscription = contracts.subscription(session, subscription_id)
    require_begun(begins_on, subscription.valid_from)
    wanted = promotions.promotion(session, promotion)
    if not wanted.begins_with(begins_on):
        raise NotGrantedNow(
            promotion=promotion,
            valid_from=wanted.valid_from,
            valid_until=until_when(wanted.valid_until),
            on=begins_on,
        )
    for each in grants_of(session, subscription_id):
        if each.promotion == promotion:
            raise AlreadyGranted(promotion=promotion, begins_on=each.begins_on)
    given = Grant(subscription_id, promotion, begins_on, checked_reason(reason))
    row = store.GrantRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        promotion_id=store.promotion_id(session, promotion),
        subscription_id=subscription_id,
        begins_on=begins_on,
        reason=given.reason,
        granted_at=session.now(),
        granted_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    return given


def grants_of(session: TenantSession, subscription_id: UUID) -> list[Grant]:
    """The promotions granted to a subscription. Raises NoSuchSubscription."""
    contracts.subscription(session, subscription_id)
    return [Grant(**row._mapping) for row in store.grants_of(session, subscription_id)]


def grants_before(session: TenantSession, ends_on: dt.date) -> dict[UUID, list[Grant]]:
    """What was granted to begin before a day, by subscription."""
    found: dict[UUID, list[Grant]] = defaultdict(list)
    for row in store.grants_before(session, ends_on):
        found[row.subscription_id].append(Grant(**row._mapping))
    return found


def agree_term(session: TenantSession, subscription_id: UUID, begins_on: dt.date) -> Subscription:
    """Agree a further term of the subscription's tariff, from a day on.

    Raises NoSuchSubscription, BeforeTheSubscription and CommittedAlready.
    """
    subscription = contracts.subscription(session, subscription_id)
    require_begun(begins_on, subscription.valid_from)
    begun = [subscription.valid_from, *commitments_of(session, subscription_id)]
    if begins_on <= begun[-1]:
        raise CommittedAlready(begins_on=begun[-1])
    session.add(
        store.CommitmentRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            subscription_id=subscription_id,
            begins_on=begins_on,
            agreed_at=session.now(),
            agreed_by=session.principal.name,
        )
    )
    session.flush()
    return subscription


def commitments_of(session: TenantSession, subscription_id: UUID) -> list[dt.date]:
    """The days on which further terms of a subscription begin, the earliest first."""
    return [row.begins_on for row in store.commitments_of(session, subscription_id)]


def commitments_before(session: TenantSession, ends_on: dt.date) -> dict[UUID, list[dt.date]]:
    """The days before a day on which further terms begin, by subscription."""
    found: dict[UUID, list[dt.date]] = defaultdict(list)
    for row in store.commitments_before(session, ends_on):
        found[row.subscription_id].append(row.begins_on)
    return found
