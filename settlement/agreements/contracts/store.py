"""Rows of contracts, subscriptions and identifiers."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)
Rows = Sequence[Mapping[str, Any]]

# Other concepts' tables, joined to for their codes and zones, never changed here.
_parties = sa.table("parties", sa.column("id", sa.Uuid), sa.column("time_zone", sa.Text))
_products = sa.table("products", sa.column("id", sa.Uuid), sa.column("code", sa.Text))
_tariffs = sa.table("tariffs", sa.column("id", sa.Uuid), sa.column("code", sa.Text))


class ContractRow(Identified, Table):
    """A customer's contract."""

    __tablename__ = "contracts"

    number: orm.Mapped[str]
    customer_id: orm.Mapped[UUID]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    payment_days: orm.Mapped[int]
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]
    policies: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    applicant_id: orm.Mapped[UUID | None]
    payer_id: orm.Mapped[UUID | None]
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


class SubscriptionRow(Identified, Table):
    """A product at a tariff, under a contract."""

    __tablename__ = "subscriptions"

    contract_id: orm.Mapped[UUID]
    product_id: orm.Mapped[UUID]
    tariff_id: orm.Mapped[UUID]
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]
    ended_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


class IdentifierRow(Identified, Table):
    """What usage names a subscription by, from one instant until another."""

    __tablename__ = "identifiers"

    subscription_id: orm.Mapped[UUID]
    identifier: orm.Mapped[str]
    valid_from: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    valid_until: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)


def insert_contracts(
    session: TenantSession, contracts: Rows, subscriptions: Rows, identifiers: Rows
) -> None:
    """Insert contracts, their subscriptions and their identifiers, each as a set."""
    rows_of = {ContractRow: contracts, SubscriptionRow: subscriptions, IdentifierRow: identifiers}
    for table, rows in rows_of.items():
        if rows:
            session.execute(sa.insert(table), list(rows))


def contract_row(session: TenantSession, contract_id: UUID) -> ContractRow | None:
    """The contract with this id."""
    return session.get(ContractRow, (session.tenant_id, contract_id))


def contracts_by_number(session: TenantSession, numbers: Sequence[str]) -> Sequence[ContractRow]:
    """Those of these contracts that there are."""
    return session.scalars(
        sa.select(ContractRow).where(ContractRow.number == sa.any_(sa.literal(list(numbers))))
    ).all()


def contract_rows(
    session: TenantSession, customer_id: UUID | None, after: str | None, limit: int | None
) -> Sequence[ContractRow]:
    """All contracts, or those of a customer, in the order of their numbers."""
    number = sa.collate(ContractRow.number, "C")
    query = sa.select(ContractRow).order_by(number).limit(limit)
    if customer_id is not None:
        query = query.where(ContractRow.customer_id == customer_id)
    if after is not None:
        query = query.where(number > after)
    return session.scalars(query).all()


def subscription_row(session: TenantSession, subscription_id: UUID) -> SubscriptionRow | None:
    """The subscription with this id."""
    return session.get(SubscriptionRow, (session.tenant_id, subscription_id))


def subscription_rows(session: TenantSession, contract_id: UUID) -> Sequence[SubscriptionRow]:
    """The subscriptions under a contract, in the order in which they began."""
    return session.scalars(
        sa.select(SubscriptionRow)
        .where(SubscriptionRow.contract_id == contract_id)
        .order_by(SubscriptionRow.valid_from, SubscriptionRow.id)
    ).all()


def identifiers_to_end(
    session: TenantSession, subscription_id: UUID, at: dt.datetime
) -> Sequence[IdentifierRow]:
    """Identifiers of a subscription that would hold on after an instant."""
    return session.scalars(
        sa.select(IdentifierRow).where(
            IdentifierRow.subscription_id == subscription_id,
            sa.or_(IdentifierRow.valid_until.is_(None), IdentifierRow.valid_until > at),
        )
    ).all()


def identifier_holders(
    session: TenantSession, identifiers: Sequence[str]
) -> Sequence[sa.Row[IdentifierRow, str, str]]:
    """Who has or had these identifiers: the row, its contract's number, its customer's zone."""
    return session.execute(
        sa.select(IdentifierRow, ContractRow.number, _parties.c.time_zone)
        .join(SubscriptionRow, SubscriptionRow.id == IdentifierRow.subscription_id)
        .join(ContractRow, ContractRow.id == SubscriptionRow.contract_id)
        .join(_parties, _parties.c.id == ContractRow.customer_id)
        .where(IdentifierRow.identifier == sa.any_(sa.literal(list(identifiers))))
        .order_by(IdentifierRow.valid_from)
    ).all()


# Other concepts' tables, joined to for speed: their names and zones, never changed here.


def subscribers_between(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date, customer_id: UUID | None = None
) -> Sequence[sa.Row[Any]]:
    """Subscriptions that hold on some day of [starts_on, ends_on), as Subscriber has them."""
    subscription, contract = SubscriptionRow, ContractRow
    return session.execute(
        sa.select(
            subscription.id.label("subscription_id"),
            contract.id.label("contract_id"),
            contract.customer_id,
            _products.c.code.label("product"),
            _tariffs.c.code.label("tariff"),
            contract.currency,
            _parties.c.time_zone,
            subscription.valid_from,
            subscription.valid_until,
            sa.func.coalesce(contract.payer_id, contract.customer_id).label("payer_id"),
            subscription.ended_at,
        )
        .join(contract, contract.id == subscription.contract_id)
        .join(_parties, _parties.c.id == contract.customer_id)
        .join(_products, _products.c.id == subscription.product_id)
        .join(_tariffs, _tariffs.c.id == subscription.tariff_id)
        .where(
            *_holding(subscription.valid_from, subscription.valid_until, starts_on, ends_on),
            *_of(customer_id),
        )
        .order_by(sa.collate(contract.number, "C"), subscription.valid_from, subscription.id)
    ).all()


def _of(customer_id: UUID | None) -> list[sa.ColumnElement[bool]]:
    """The condition that a contract is this customer's; none for those of all."""
    return [] if customer_id is None else [ContractRow.customer_id == customer_id]


def keys_between(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date, customer_id: UUID | None = None
) -> Sequence[sa.Row[Any]]:
    """Identifiers that hold on some local day of [starts_on, ends_on), by local days."""
    identifier, subscription, contract = IdentifierRow, SubscriptionRow, ContractRow
    zone = _parties.c.time_zone
    valid_from = sa.cast(sa.func.timezone(zone, identifier.valid_from), sa.Date)
    valid_until = sa.cast(sa.func.timezone(zone, identifier.valid_until), sa.Date)
    return session.execute(
        sa.select(
            identifier.identifier,
            sa.cast(subscription.id, sa.Text).label("subscription"),
            sa.cast(contract.id, sa.Text).label("contract"),
            sa.cast(contract.customer_id, sa.Text).label("customer"),
            _tariffs.c.code.label("tariff"),
            zone.label("zone"),
            valid_from.label("valid_from"),
            valid_until.label("valid_until"),
        )
        .join(subscription, subscription.id == identifier.subscription_id)
        .join(contract, contract.id == subscription.contract_id)
        .join(_parties, _parties.c.id == contract.customer_id)
        .join(_tariffs, _tariffs.c.id == subscription.tariff_id)
        .where(
            *_holding(valid_from, valid_until, starts_on, ends_on),
            *_of(customer_id),
            # An identifier released before its first day holds at no time.
            sa.or_(
                identifier.valid_until.is_(None), identifier.valid_until > identifier.valid_from
            ),
        )
        .order_by(sa.collate(identifier.identifier, "C"), identifier.valid_from)
    ).all()


def _holding(
    valid_from: Any, valid_until: Any, starts_on: dt.date, ends_on: dt.date
) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions for a half-open validity to hold on some day of [starts_on, ends_on)."""
    return valid_from < ends_on, sa.or_(valid_until.is_(None), valid_until > starts_on)
