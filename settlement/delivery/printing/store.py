"""Rows of print batches, which are only ever added."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class PrintBatchRow(Identified, Table):
    """One print batch."""

    __tablename__ = "print_batches"

    number: orm.Mapped[str]
    sides: orm.Mapped[int]
    envelopes: orm.Mapped[int]
    pages: orm.Mapped[int]
    sheets: orm.Mapped[int]
    files: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    produced_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    produced_by: orm.Mapped[str]


def rows(session: TenantSession, limit: int) -> Sequence[PrintBatchRow]:
    """Batches, the newest first."""
    newest = sa.select(PrintBatchRow).order_by(
        PrintBatchRow.produced_at.desc(), PrintBatchRow.number.desc()
    )
    return session.scalars(newest.limit(limit)).all()


def row(session: TenantSession, batch_id: UUID) -> PrintBatchRow | None:
    """One batch."""
    return session.get(PrintBatchRow, (session.tenant_id, batch_id))


def count_beginning(session: TenantSession, beginning: str) -> int:
    """How many batches have a number that begins so."""
    asked = sa.select(sa.func.count()).where(PrintBatchRow.number.startswith(beginning))
    return session.scalar(asked) or 0
