"""Rows of the audit trail, which triggers write and nobody changes."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class AuditRow(Identified, Table):
    """One change of one row: as it was, as it became."""

    __tablename__ = "audit_log"

    at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    principal: orm.Mapped[str]
    reason: orm.Mapped[str]
    object: orm.Mapped[str]
    object_id: orm.Mapped[str]
    action: orm.Mapped[str]
    before: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(JSONB)
    after: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(JSONB)


def trail(
    session: TenantSession,
    object_: str | None,
    object_id: str | None,
    before: tuple[dt.datetime, UUID] | None,
    limit: int,
) -> Sequence[AuditRow]:
    """Changes, the latest first, of one object or of all, from before a place in the list."""
    query = sa.select(AuditRow).order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(limit)
    if object_ is not None:
        query = query.where(AuditRow.object == object_)
    if object_id is not None:
        query = query.where(AuditRow.object_id == object_id)
    if before is not None:
        query = query.where(sa.tuple_(AuditRow.at, AuditRow.id) < sa.tuple_(*before))
    return session.scalars(query).all()


def first_after(
    session: TenantSession, object_: str, instant: dt.datetime, ids: Collection[str]
) -> Sequence[AuditRow]:
    """The first change of each of these rows after an instant."""
    is_later = AuditRow.action != "insert"
    query = (
        sa.select(AuditRow)
        .ext(distinct_on(AuditRow.object_id))
        .where(AuditRow.object == object_, AuditRow.object_id.in_(ids), AuditRow.at > instant)
        .order_by(AuditRow.object_id, AuditRow.at, is_later)
    )
    return session.scalars(query).all()
