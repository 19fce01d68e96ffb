"""Rows of the rounding ledger, and the sums of charges that it is drawn from."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class RoundingEntryRow(Identified, Table):
    """One fraction that rounding made or lost in a period."""

    __tablename__ = "rounding_entries"

    period_id: orm.Mapped[UUID]
    corrects_period_id: orm.Mapped[UUID | None]
    cause: orm.Mapped[str]
    terms_id: orm.Mapped[UUID | None]
    product: orm.Mapped[str]
    rule: orm.Mapped[str]
    what: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    numerator: orm.Mapped[str]
    denominator: orm.Mapped[str]
    posted: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))


COLUMNS = tuple(column.name for column in RoundingEntryRow.__table__.columns)

CHARGED = """
    SELECT corrects_period_id, product, service, currency,
           sum(amount_3600) AS amount_3600, sum(amount) AS amount
    FROM charge_lines WHERE period_id = :period_id
    GROUP BY corrects_period_id, product, service, currency
    ORDER BY corrects_period_id, service, product, currency
"""


def charged(session: TenantSession, period_id: UUID) -> list[dict[str, Any]]:
    """Exact (times 3600) and rounded sums of the charges booked in a period."""
    rows = session.execute(sa.text(CHARGED), {"period_id": period_id})
    return [dict(row._mapping) for row in rows]


def replace(session: TenantSession, period_id: UUID, rows: Iterable[Sequence[object]]) -> None:
    """Replace the entries of an open period; each row has the values of COLUMNS."""
    of = RoundingEntryRow
    session.execute(sa.delete(of).where(of.period_id == period_id))
    load_rows(session, "rounding_entries", COLUMNS, rows)


def entries(session: TenantSession, period_id: UUID) -> Sequence[RoundingEntryRow]:
    """The entries of a period, by cause and what they are of."""
    of = RoundingEntryRow
    order = (of.cause, of.corrects_period_id, of.product, of.terms_id, of.rule, of.what, of.id)
    return session.scalars(sa.select(of).where(of.period_id == period_id).order_by(*order)).all()
