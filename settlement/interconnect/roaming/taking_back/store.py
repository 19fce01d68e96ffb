"""Rows of returns that are taken back."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Proposed, Table
from tenants.session import TenantSession


class TakeBackRow(Identified, Proposed, Table):
    """One taking back: of which file and why, who proposed and who decided."""

    __tablename__ = "return_take_backs"

    sent_rap_file_id: orm.Mapped[UUID]
    why: orm.Mapped[str]


def rows(session: TenantSession) -> list[TakeBackRow]:
    """All of them, the newest first."""
    return list(session.scalars(sa.select(TakeBackRow).order_by(TakeBackRow.id.desc())))


def held_row(session: TenantSession, take_back_id: UUID) -> TakeBackRow | None:
    """One, locked until the end of the transaction."""
    return session.held(TakeBackRow, take_back_id)


def is_asked(session: TenantSession, file_id: UUID) -> bool:
    """Whether a file is taken back, or somebody asks for it, one transaction at a time."""
    session.hold("take-back", file_id)
    row = TakeBackRow
    query = sa.select(row.id).where(row.sent_rap_file_id == file_id, row.status != "rejected")
    return session.scalar(query.limit(1)) is not None
