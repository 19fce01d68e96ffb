"""Rows of undoings."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Proposed, Table
from tenants.session import TenantSession


class UndoRow(Identified, Proposed, Table):
    """One proposal to take a batch back, and what became of it."""

    __tablename__ = "batch_undos"

    batch_id: orm.Mapped[UUID]
    why: orm.Mapped[str]


def held_row(session: TenantSession, undo_id: UUID) -> UndoRow | None:
    """The undoing, locked until the end of the transaction."""
    return session.held(UndoRow, undo_id)


def rows(session: TenantSession, batch_id: UUID | None = None) -> list[UndoRow]:
    """All undoings, or those of one batch, the newest first."""
    query = sa.select(UndoRow).order_by(UndoRow.proposed_at.desc(), UndoRow.id.desc())
    if batch_id is not None:
        query = query.where(UndoRow.batch_id == batch_id)
    return list(session.scalars(query))
