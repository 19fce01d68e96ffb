"""Rows of RAP files that we wrote, and of the records returned in each.

Which TAP files have anything to return is asked of batches and their suspense, set-wise.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY

from settlement.interconnect.roaming.returning.sent_rap import SentRapFile
from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table, TenantScoped
from tenants.session import TenantSession
from tenants.values import fields_of, value_of


class SentRapFileRow(Identified, Table):
    """One file."""

    __tablename__ = "sent_rap_files"

    batch_id: orm.Mapped[UUID | None]
    sender: orm.Mapped[str]
    recipient: orm.Mapped[str]
    sequence: orm.Mapped[int]
    tap_sequence: orm.Mapped[int | None]
    returns: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    currency: orm.Mapped[str | None] = orm.mapped_column(sa.CHAR(3))
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    write_off_id: orm.Mapped[UUID | None]
    written_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    acknowledged_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))
    missing: orm.Mapped[list[int]] = orm.mapped_column(ARRAY(sa.Integer))


class SentReturnRow(TenantScoped, Table):
    """One record of a TAP file that was returned; line 0 is the whole file."""

    __tablename__ = "sent_returns"

    batch_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    line: orm.Mapped[int] = orm.mapped_column(sa.BigInteger, primary_key=True)
    sent_rap_file_id: orm.Mapped[UUID]


# What was returned once is not returned again, taken back or not.
RETURNABLE = """
    SELECT b.id FROM batches b
    JOIN sources s ON s.tenant_id = b.tenant_id AND s.id = b.source_id AND s.format = 'tap'
    WHERE (b.status = 'quarantined' OR b.suspended > 0)
      AND CASE WHEN b.status = 'quarantined' THEN NOT EXISTS (
              SELECT FROM sent_returns r
              WHERE r.tenant_id = b.tenant_id AND r.batch_id = b.id AND r.line = 0)
          ELSE EXISTS (
              SELECT FROM suspense x
              WHERE x.tenant_id = b.tenant_id AND x.batch_id = b.id AND x.status = 'open'
                AND NOT EXISTS (
                  SELECT FROM sent_returns r
                  WHERE r.tenant_id = b.tenant_id AND r.batch_id = b.id AND r.line = x.line)) END
    ORDER BY b.arrived_at DESC, b.id DESC LIMIT :limit
"""


def returnable(session: TenantSession, limit: int) -> list[UUID]:
    """TAP files of which anything is to be returned that is not returned yet, the newest first."""
    return list(session.scalars(sa.text(RETURNABLE), {"limit": limit}))


def hold_numbers(session: TenantSession) -> None:
    """Let one transaction at a time number what is returned."""
    session.hold("rap-out", session.tenant_id)


def add(session: TenantSession, file: SentRapFile, lines: Iterable[int]) -> None:
    """Keep a file with the lines that it returns."""
    facts = fields_of(SentRapFile, file) | {"missing": list(file.missing)}
    session.add(SentRapFileRow(tenant_id=session.tenant_id, **facts))
    session.flush()
    load_rows(
        session,
        "sent_returns",
        ("tenant_id", "batch_id", "line", "sent_rap_file_id"),
        ((session.tenant_id, file.batch_id, line, file.id) for line in lines),
    )


def written(session: TenantSession, recipient: str) -> int:
    """How many files were written for a network."""
    query = sa.select(sa.func.count()).where(SentRapFileRow.recipient == recipient)
    return session.scalar(query) or 0


def returned_lines(session: TenantSession, batch_id: UUID) -> frozenset[int]:
    """The lines of a TAP file that were returned; 0 for all of it."""
    query = sa.select(SentReturnRow.line).where(SentReturnRow.batch_id == batch_id)
    return frozenset(session.scalars(query))


def lines_of(session: TenantSession, file_id: UUID) -> list[int]:
    """The lines that a RAP file returns, in their order."""
    row = SentReturnRow
    query = sa.select(row.line).where(row.sent_rap_file_id == file_id).order_by(row.line)
    return list(session.scalars(query))


def found(session: TenantSession, limit: int) -> list[SentRapFile]:
    """Files written, the newest first."""
    query = sa.select(SentRapFileRow).order_by(SentRapFileRow.id.desc()).limit(limit)
    return [as_file(each) for each in session.scalars(query)]


def some(session: TenantSession, file_ids: Collection[UUID]) -> list[SentRapFile]:
    """Files of these ids."""
    query = sa.select(SentRapFileRow).where(SentRapFileRow.id.in_(file_ids))
    return [as_file(each) for each in session.scalars(query)]


def of_missing(session: TenantSession) -> list[SentRapFile]:
    """Files that say what never came, the oldest first."""
    row = SentRapFileRow
    query = sa.select(row).where(row.batch_id.is_(None)).order_by(row.written_at, row.id)
    return [as_file(each) for each in session.scalars(query)]


def held_row(session: TenantSession, file_id: UUID) -> SentRapFileRow | None:
    """A file, while nobody else changes it."""
    return session.held(SentRapFileRow, file_id)


def as_file(row: SentRapFileRow) -> SentRapFile:
    """The file of a row."""
    return value_of(SentRapFile, row, missing=tuple(row.missing))


def by_id(session: TenantSession, file_id: UUID) -> SentRapFile | None:
    """One file."""
    row = session.scalar(sa.select(SentRapFileRow).where(SentRapFileRow.id == file_id))
    return None if row is None else as_file(row)
