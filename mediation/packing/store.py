"""Rows of packs, and of the landed files whose usage they hold."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession


class UsagePackRow(Identified, Table):
    """One file that holds the usage of several landed files of a source.

    A retired pack has been put into another one; its file goes when nobody can be reading it.
    """

    __tablename__ = "usage_packs"

    source_id: orm.Mapped[UUID]
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    records: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    retired_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))


class PackedFileRow(TenantScoped, Table):
    """Which pack holds the usage of a landed file."""

    __tablename__ = "packed_files"

    landed_file_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    pack_id: orm.Mapped[UUID]


def present(session: TenantSession, source_id: UUID) -> list[UsagePackRow]:
    """The packs of a source, the largest first."""
    row = UsagePackRow
    query = sa.select(row).where(row.source_id == source_id, row.retired_at.is_(None))
    return list(session.scalars(query.order_by(row.records.desc(), row.id)))


def retired_before(
    session: TenantSession, source_id: UUID, instant: dt.datetime
) -> list[UsagePackRow]:
    """Packs of a source that were put into others before an instant."""
    row = UsagePackRow
    query = sa.select(row).where(row.source_id == source_id, row.retired_at < instant)
    return list(session.scalars(query))


def move_files(session: TenantSession, packs: Sequence[UUID], into: UUID) -> None:
    """Let the files of some packs be files of another one."""
    row = PackedFileRow
    session.execute(sa.update(row).where(row.pack_id.in_(packs)).values(pack_id=into))
