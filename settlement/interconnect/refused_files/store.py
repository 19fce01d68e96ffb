"""Rows of refused files."""

import datetime as dt
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.interconnect.refused_files.refused_file import FileKind, RefusedFile
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession
from tenants.values import fields_of, value_of


class RefusedFileRow(Identified, Table):
    """A file that was not taken in."""

    __tablename__ = "refused_files"

    carrier_id: orm.Mapped[UUID]
    kind: orm.Mapped[str]
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    size: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    code: orm.Mapped[str]
    reason: orm.Mapped[str]
    refused_by: orm.Mapped[str]
    refused_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def add(session: TenantSession, refused: RefusedFile) -> None:
    """Keep that a file was refused."""
    facts = fields_of(RefusedFile, refused) | {"kind": refused.kind.value}
    session.add(RefusedFileRow(tenant_id=session.tenant_id, **facts))
    session.flush()


def found(session: TenantSession, carrier_id: UUID | None, limit: int) -> list[RefusedFile]:
    """Files of a carrier, or of all, the newest first."""
    row = RefusedFileRow
    query = sa.select(row).order_by(row.refused_at.desc(), row.id.desc()).limit(limit)
    if carrier_id is not None:
        query = query.where(row.carrier_id == carrier_id)
    return [_file(each) for each in session.scalars(query)]


def by_id(session: TenantSession, refused_file_id: UUID) -> RefusedFile | None:
    """One file."""
    row = session.scalar(sa.select(RefusedFileRow).where(RefusedFileRow.id == refused_file_id))
    return None if row is None else _file(row)


def _file(row: RefusedFileRow) -> RefusedFile:
    return value_of(RefusedFile, row, kind=FileKind(row.kind))
