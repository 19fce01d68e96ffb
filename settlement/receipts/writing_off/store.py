"""Rows of write-offs; none is ever changed."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class WriteOffRow(Identified, Table):
    """What is given up of an invoice."""

    __tablename__ = "debt_write_offs"

    document_id: orm.Mapped[UUID]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    reason: orm.Mapped[str]
    written_off_on: orm.Mapped[dt.date]
    recorded_by: orm.Mapped[str]
    recorded_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def add(session: TenantSession, row: WriteOffRow) -> None:
    """Keep a write-off."""
    session.add(row)
    session.flush()


def write_offs(session: TenantSession, document_id: UUID | None = None) -> Sequence[WriteOffRow]:
    """Write-offs, of one invoice or all, the earliest first."""
    query = sa.select(WriteOffRow).order_by(WriteOffRow.recorded_at, WriteOffRow.id)
    if document_id is not None:
        query = query.where(WriteOffRow.document_id == document_id)
    return session.scalars(query).all()
