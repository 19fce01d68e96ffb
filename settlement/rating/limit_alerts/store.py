"""Rows of limit alerts: one for each limit, month and threshold."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Table, TenantScoped
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class LimitAlertRow(TenantScoped, Table):
    """A threshold that the usage of a month reached."""

    __tablename__ = "limit_alerts"

    limit_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    month: orm.Mapped[dt.date] = orm.mapped_column(primary_key=True)
    percent: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    reached_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    source: orm.Mapped[str]
    event: orm.Mapped[str]
    so_far: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    raised_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


def rows(
    session: TenantSession, month: dt.date, limit_ids: Iterable[UUID]
) -> Sequence[LimitAlertRow]:
    """What these limits raised in a month."""
    row = LimitAlertRow
    wanted = sa.any_(sa.literal(list(limit_ids), sa.ARRAY(sa.Uuid)))
    return session.scalars(sa.select(row).where(row.month == month, row.limit_id == wanted)).all()


ALERTS = """
    SELECT a.limit_id, a.month, a.percent, a.reached_at, a.source, a.event, a.so_far, a.raised_at,
           l.subscription_id, l.counts, l.kind, l.amount, l.at_limit, k.number AS contract,
           p.name AS customer, k.currency
    FROM limit_alerts a
    JOIN usage_limits l ON l.tenant_id = a.tenant_id AND l.id = a.limit_id
    LEFT JOIN subscriptions s ON s.tenant_id = l.tenant_id AND s.id = l.subscription_id
    JOIN contracts k ON k.tenant_id = l.tenant_id
        AND k.id = coalesce(l.contract_id, s.contract_id)
    JOIN parties p ON p.tenant_id = k.tenant_id AND p.id = k.customer_id
    WHERE a.month = :month
    ORDER BY a.raised_at DESC, a.reached_at DESC, a.limit_id, a.percent DESC
    LIMIT :most
"""


def alerts(session: TenantSession, month: dt.date, most: int) -> Sequence[sa.Row[Any]]:
    """What was raised in a month, the newest first, with whose limit it is."""
    return session.execute(sa.text(ALERTS), {"month": month, "most": most}).all()


HOLDER = """
    SELECT i.subscription_id, s.contract_id, p.time_zone
    FROM identifiers i
    JOIN subscriptions s ON s.tenant_id = i.tenant_id AND s.id = i.subscription_id
    JOIN contracts k ON k.tenant_id = s.tenant_id AND k.id = s.contract_id
    JOIN parties p ON p.tenant_id = k.tenant_id AND p.id = k.customer_id
    WHERE i.identifier = :identifier AND i.valid_from <= :at
      AND (i.valid_until IS NULL OR i.valid_until > :at)
"""


def holder(session: TenantSession, identifier: str, at: dt.datetime) -> sa.Row[Any] | None:
    """Subscription, contract and zone of whoever has an identifier at an instant."""
    return session.execute(sa.text(HOLDER), {"identifier": identifier, "at": at}).first()


STOPPED = """
    SELECT a.limit_id, a.reached_at
    FROM limit_alerts a
    JOIN usage_limits l ON l.tenant_id = a.tenant_id AND l.id = a.limit_id
    WHERE a.month = :month AND a.percent = 100 AND l.at_limit = 'stop'
      AND (l.subscription_id = :subscription_id OR l.contract_id = :contract_id)
      AND l.valid_from <= :day AND (l.valid_until IS NULL OR l.valid_until > :day)
      AND a.reached_at <= :at
    ORDER BY a.reached_at, a.limit_id
"""


def stopped(session: TenantSession, **of: object) -> sa.Row[Any] | None:
    """The first limit that stops a subscription in a month, and since when."""
    return session.execute(sa.text(STOPPED), of).first()
