"""Rows of sources, and of waivers of file numbers."""

import datetime as dt
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class SourceRow(Identified, Table):
    """A source with its settings; `policies` are the settings without a column of their own."""

    __tablename__ = "sources"

    code: orm.Mapped[str]
    name: orm.Mapped[str]
    format: orm.Mapped[str]
    mapping: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    time_zone: orm.Mapped[str]
    country: orm.Mapped[str] = orm.mapped_column(sa.CHAR(2))
    policies: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


class WaiverRow(Identified, Table):
    """A file number that need not come, and who said so."""

    __tablename__ = "sequence_waivers"

    source_id: orm.Mapped[UUID]
    stream: orm.Mapped[str]
    sequence: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    reason: orm.Mapped[str]
    waived_by: orm.Mapped[str]
    waived_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def source_row(session: TenantSession, code: str) -> SourceRow | None:
    return session.scalars(sa.select(SourceRow).where(SourceRow.code == code)).first()


def source_rows(session: TenantSession) -> list[SourceRow]:
    return list(session.scalars(sa.select(SourceRow).order_by(SourceRow.code)))


def waiver_rows(session: TenantSession, source_id: UUID) -> list[WaiverRow]:
    query = sa.select(WaiverRow).where(WaiverRow.source_id == source_id)
    return list(session.scalars(query.order_by(WaiverRow.waived_at, WaiverRow.sequence)))
