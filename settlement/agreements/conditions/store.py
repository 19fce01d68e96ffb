"""Rows of charges, grants and commitments of subscriptions."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class IndividualChargeRow(Identified, Table):
    """A one-off amount of one subscription."""

    __tablename__ = "individual_charges"

    subscription_id: orm.Mapped[UUID]
    product_id: orm.Mapped[UUID]
    charged_on: orm.Mapped[dt.date]
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    reason: orm.Mapped[str]
    purchase_cost: orm.Mapped[Decimal | None] = orm.mapped_column(sa.Numeric(38, 12))
    entered_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    entered_by: orm.Mapped[str]


class GrantRow(Identified, Table):
    """A promotion given to one subscription."""

    __tablename__ = "promotion_grants"

    promotion_id: orm.Mapped[UUID]
    subscription_id: orm.Mapped[UUID]
    begins_on: orm.Mapped[dt.date]
    reason: orm.Mapped[str]
    granted_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    granted_by: orm.Mapped[str]


class CommitmentRow(Identified, Table):
    """A further term of one subscription."""

    __tablename__ = "commitments"

    subscription_id: orm.Mapped[UUID]
    begins_on: orm.Mapped[dt.date]
    agreed_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    agreed_by: orm.Mapped[str]


CHARGES = """
    SELECT c.id, c.subscription_id, s.contract_id, k.customer_id,
           coalesce(k.payer_id, k.customer_id) AS party_id, p.code AS product,
           c.charged_on, c.amount, k.currency, c.reason, c.purchase_cost
    FROM individual_charges c
    JOIN subscriptions s ON s.tenant_id = c.tenant_id AND s.id = c.subscription_id
    JOIN contracts k ON k.tenant_id = s.tenant_id AND k.id = s.contract_id
    JOIN products p ON p.tenant_id = c.tenant_id AND p.id = c.product_id
    WHERE {condition}
    ORDER BY c.charged_on, c.id
"""


IN_DAYS = """
    c.charged_on >= :starts_on AND c.charged_on < :ends_on
    AND (CAST(:customer AS uuid) IS NULL OR k.customer_id = :customer)
"""


def charges_between(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date, customer_id: UUID | None
) -> Sequence[sa.Row[Any]]:
    """Charges of the days of [starts_on, ends_on), of all customers or one."""
    asked = {"starts_on": starts_on, "ends_on": ends_on, "customer": customer_id}
    return session.execute(sa.text(CHARGES.format(condition=IN_DAYS)), asked).all()


def charges_of(session: TenantSession, subscription_id: UUID) -> Sequence[sa.Row[Any]]:
    """Charges of a subscription, the earliest first."""
    query = CHARGES.format(condition="c.subscription_id = :subscription")
    return session.execute(sa.text(query), {"subscription": subscription_id}).all()


GRANTS = """
    SELECT g.subscription_id, p.code AS promotion, g.begins_on, g.reason
    FROM promotion_grants g
    JOIN promotions p ON p.tenant_id = g.tenant_id AND p.id = g.promotion_id
    WHERE {condition}
    ORDER BY g.begins_on, p.code COLLATE "C"
"""


def grants_before(session: TenantSession, ends_on: dt.date) -> Sequence[sa.Row[Any]]:
    """Grants that begin before a day, as Grant has them."""
    query = GRANTS.format(condition="g.begins_on < :ends_on")
    return session.execute(sa.text(query), {"ends_on": ends_on}).all()


def grants_of(session: TenantSession, subscription_id: UUID) -> Sequence[sa.Row[Any]]:
    """Grants to a subscription, the earliest first."""
    query = GRANTS.format(condition="g.subscription_id = :subscription")
    return session.execute(sa.text(query), {"subscription": subscription_id}).all()


def promotion_id(session: TenantSession, code: str) -> UUID | None:
    """The id of a promotion."""
    found: UUID | None = session.scalar(
        sa.text("SELECT id FROM promotions WHERE code = :code"), {"code": code}
    )
    return found


def commitments_before(session: TenantSession, ends_on: dt.date) -> Sequence[CommitmentRow]:
    """Further terms that begin before a day."""
    row = CommitmentRow
    query = sa.select(row).where(row.begins_on < ends_on)
    return session.scalars(query.order_by(row.subscription_id, row.begins_on)).all()


def commitments_of(session: TenantSession, subscription_id: UUID) -> Sequence[CommitmentRow]:
    """Further terms of a subscription, the earliest first."""
    row = CommitmentRow
    query = sa.select(row).where(row.subscription_id == subscription_id)
    return session.scalars(query.order_by(row.begins_on)).all()
