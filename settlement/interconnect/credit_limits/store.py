"""Rows of credit limits and of what was told of them."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY

from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)
INSTANT = sa.DateTime(timezone=True)


class CreditLimitRow(Identified, Table):
    """What a carrier may owe in a currency."""

    __tablename__ = "credit_limits"

    carrier_id: orm.Mapped[UUID]
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    percents: orm.Mapped[list[int]] = orm.mapped_column(ARRAY(sa.Integer))
    set_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    set_by: orm.Mapped[str]


class CreditAlertRow(TenantScoped, Table):
    """A percent of a limit that was reached, and what was owed when that was told."""

    __tablename__ = "credit_alerts"

    limit_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    percent: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    owed: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    told_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


UNBILLED = """
    SELECT l.party_id, l.currency, sum(l.amount) AS amount
    FROM charge_lines l JOIN periods p ON p.tenant_id = l.tenant_id AND p.id = l.period_id
    WHERE p.closed_at IS NULL AND l.side = 'carrier' AND l.direction = 'receivable'
    GROUP BY l.party_id, l.currency
"""


def limit_rows(session: TenantSession) -> Sequence[CreditLimitRow]:
    """All limits, the oldest first."""
    row = CreditLimitRow
    return session.scalars(sa.select(row).order_by(row.set_at, row.id)).all()


def limit_of(session: TenantSession, carrier_id: UUID, currency: str) -> CreditLimitRow | None:
    """The limit of a carrier in a currency, held until the transaction ends."""
    row = CreditLimitRow
    wanted = sa.select(row).where(row.carrier_id == carrier_id, row.currency == currency)
    return session.scalar(wanted.with_for_update())


def alert_rows(session: TenantSession) -> Sequence[CreditAlertRow]:
    """What was told of all limits, by limit and percent."""
    row = CreditAlertRow
    return session.scalars(sa.select(row).order_by(row.limit_id, row.percent)).all()


def hold_alerts(session: TenantSession) -> None:
    """Let one transaction at a time tell what is reached, so that nothing is told twice."""
    session.hold("credit-alerts")


def unbilled(session: TenantSession) -> dict[tuple[UUID, str], Decimal]:
    """What is rated for carriers to pay in the open periods, by carrier and currency."""
    rows = session.execute(sa.text(UNBILLED))
    return {(row.party_id, row.currency): row.amount for row in rows}
