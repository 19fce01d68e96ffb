"""Rows of usage limits."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class UsageLimitRow(Identified, Table):
    """One limit of one subscription or contract."""

    __tablename__ = "usage_limits"

    subscription_id: orm.Mapped[UUID | None]
    contract_id: orm.Mapped[UUID | None]
    counts: orm.Mapped[str]
    kind: orm.Mapped[str | None]
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    thresholds: orm.Mapped[list[int]] = orm.mapped_column(sa.ARRAY(sa.Integer))
    at_limit: orm.Mapped[str]
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]
    set_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    set_by: orm.Mapped[str]


def row(session: TenantSession, limit_id: UUID) -> UsageLimitRow | None:
    """The limit with this id."""
    return session.get(UsageLimitRow, (session.tenant_id, limit_id))


def rows_between(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date
) -> Sequence[UsageLimitRow]:
    """Limits that hold on some day of [starts_on, ends_on), in the order in which they were set."""
    limit = UsageLimitRow
    query = sa.select(limit).where(
        limit.valid_from < ends_on,
        sa.or_(limit.valid_until.is_(None), limit.valid_until > starts_on),
    )
    return session.scalars(query.order_by(limit.set_at, limit.id)).all()
