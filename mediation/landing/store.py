"""Rows of batches and of the Parquet files that hold their usage."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class BatchRow(Identified, Table):
    """The manifest of a batch."""

    __tablename__ = "batches"

    source_id: orm.Mapped[UUID]
    file_name: orm.Mapped[str]
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    size_bytes: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    status: orm.Mapped[str]
    reason: orm.Mapped[str]
    sequence: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    stream: orm.Mapped[str]
    records: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    landed: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    rejected: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    duplicate: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    suspended: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    control_totals: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    outcomes_sha256: orm.Mapped[str | None] = orm.mapped_column(sa.CHAR(64))
    key_number: orm.Mapped[int | None]
    arrived_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    undone_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))
    returned_as: orm.Mapped[str | None]


class LandedFileRow(Identified, Table):
    """One Parquet file of canonical usage; `records` counts its rows.

    Between `first_at` and `last_at` lies all usage that the file brought or changed.
    """

    __tablename__ = "landed_files"

    batch_id: orm.Mapped[UUID]
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    records: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    part: orm.Mapped[int]
    is_whole: orm.Mapped[bool]
    first_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))
    last_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))
    has_readings: orm.Mapped[bool]
    landed_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def lock_source(session: TenantSession, source_id: UUID) -> None:
    """Let one batch of a source in at a time; the lock ends with the transaction."""
    session.hold("source", source_id)


def batch_row(session: TenantSession, batch_id: UUID) -> BatchRow | None:
    return session.get(BatchRow, (session.tenant_id, batch_id))


def batch_rows(session: TenantSession, source_id: UUID | None = None) -> list[BatchRow]:
    """Batches in the order in which they came."""
    query = sa.select(BatchRow).order_by(BatchRow.arrived_at, BatchRow.id)
    if source_id is not None:
        query = query.where(BatchRow.source_id == source_id)
    return list(session.scalars(query))


def rows_of(session: TenantSession, batch_ids: Sequence[UUID]) -> list[BatchRow]:
    """The batches of these ids, in no order."""
    return list(session.scalars(sa.select(BatchRow).where(BatchRow.id.in_(batch_ids))))


def rows_numbered(
    session: TenantSession, source_id: UUID, numbers: Sequence[int]
) -> list[BatchRow]:
    """The batches of a source whose keys are known by these numbers, in their order."""
    if not numbers:
        return []
    query = sa.select(BatchRow).where(
        BatchRow.source_id == source_id, BatchRow.key_number.in_(numbers)
    )
    return list(session.scalars(query.order_by(BatchRow.key_number)))


def last_key_number(session: TenantSession, source_id: UUID) -> int:
    """The highest number given to a batch of a source, forgotten ones included; 0 for none."""
    numbers = sa.select(sa.func.max(sa.func.abs(BatchRow.key_number)))
    return session.scalar(numbers.where(BatchRow.source_id == source_id)) or 0


def row_with_content(session: TenantSession, source_id: UUID, sha256: str) -> BatchRow | None:
    """The batch that first brought these bytes and still counts."""
    return session.scalars(
        sa.select(BatchRow).where(
            BatchRow.source_id == source_id,
            BatchRow.sha256 == sha256,
            BatchRow.status.not_in(["duplicate", "undone"]),
        )
    ).first()


def rows_named(session: TenantSession, source_id: UUID, file_name: str) -> list[BatchRow]:
    return list(
        session.scalars(
            sa.select(BatchRow)
            .where(BatchRow.source_id == source_id, BatchRow.file_name == file_name)
            .order_by(BatchRow.arrived_at, BatchRow.id)
        )
    )


class NumberedRow(NamedTuple):
    """A file with a number: its stream, its arrival, and what became of it."""

    stream: str
    number: int
    came_at: dt.datetime
    status: str
    undone_at: dt.datetime | None
    returned_as: str | None


def numbers(session: TenantSession, source_id: UUID) -> list[NumberedRow]:
    """The numbered files of a source, as they came."""
    row = BatchRow
    number = sa.cast(row.sequence, sa.BigInteger)
    query = (
        sa.select(row.stream, number, row.arrived_at, row.status, row.undone_at, row.returned_as)
        .where(row.source_id == source_id, row.sequence.is_not(None))
        .order_by(row.arrived_at, row.id)
    )
    return [NumberedRow(*each) for each in session.execute(query)]


def last_loaded_at(session: TenantSession, source_id: UUID) -> dt.datetime | None:
    """When the last file of a source came that is loaded."""
    row = BatchRow
    query = sa.select(sa.func.max(row.arrived_at))
    return session.scalar(query.where(row.source_id == source_id, row.status == "landed"))


def loaded_after(session: TenantSession, source_id: UUID, instant: dt.datetime) -> int:
    """How many files of a source came after an instant and are loaded."""
    row = BatchRow
    query = sa.select(sa.func.count()).where(row.source_id == source_id, row.status == "landed")
    return session.scalar(query.where(row.arrived_at > instant)) or 0


def landed_file_rows(session: TenantSession, batch_id: UUID) -> list[LandedFileRow]:
    query = sa.select(LandedFileRow).where(LandedFileRow.batch_id == batch_id)
    return list(session.scalars(query.order_by(LandedFileRow.part)))


def present_file_rows(session: TenantSession, batch_id: UUID) -> list[LandedFileRow]:
    """The files that make up the usage of a batch: the last whole one and those after it."""
    files = landed_file_rows(session, batch_id)
    wholes = [place for place, row in enumerate(files) if row.is_whole]
    return files[wholes[-1] :] if wholes else files


def packs_within(
    session: TenantSession, occurred_from: dt.datetime, occurred_until: dt.datetime
) -> tuple[list[str], list[UUID]]:
    """Files that hold usage of the half-open time, and the batches that landed in several parts.

    The files are packs, or landed files that are in none; of a batch in several parts they hold
    what its later parts may have replaced.
    """
    file, pack, packed = LandedFileRow, _packs.c, _packed.c
    within = (file.first_at < occurred_until, file.last_at >= occurred_from)
    touched = sa.select(file.batch_id).where(*within)
    again = sa.select(file.batch_id).where(file.part > 1, file.batch_id.in_(touched)).distinct()
    several = list(session.scalars(again.order_by(file.batch_id)))
    place = sa.func.coalesce(pack.sha256, file.sha256)
    query = (
        sa.select(place)
        .outerjoin(_packed, packed.landed_file_id == file.id)
        .outerjoin(_packs, pack.id == packed.pack_id)
        .where(*within, file.part == 1, file.batch_id.not_in(several))
        .distinct()
    )
    return list(session.scalars(query.order_by(place))), several


def pack_of(session: TenantSession, landed_file_id: UUID) -> str | None:
    """The pack that holds the usage of a landed file."""
    query = (
        sa.select(_packs.c.sha256)
        .join(_packed, _packed.c.pack_id == _packs.c.id)
        .where(_packed.c.landed_file_id == landed_file_id)
    )
    return session.scalar(query)


_packs = sa.table("usage_packs", sa.column("id", sa.Uuid), sa.column("sha256", sa.CHAR(64)))
_packed = sa.table(
    "packed_files", sa.column("landed_file_id", sa.Uuid), sa.column("pack_id", sa.Uuid)
)


def batches_with_readings(session: TenantSession) -> list[UUID]:
    """Batches that brought readings of meters."""
    query = sa.select(LandedFileRow.batch_id).where(LandedFileRow.has_readings).distinct()
    return list(session.scalars(query.order_by(LandedFileRow.batch_id)))


def landed_count(
    session: TenantSession, occurred_from: dt.datetime, occurred_until: dt.datetime
) -> int:
    """Records of all files with usage in the half-open time."""
    query = sa.select(sa.func.coalesce(sa.func.sum(LandedFileRow.records), 0)).where(
        LandedFileRow.first_at < occurred_until, LandedFileRow.last_at >= occurred_from
    )
    return int(session.scalar(query) or 0)


def is_landed_since(
    session: TenantSession,
    occurred_from: dt.datetime,
    occurred_until: dt.datetime,
    since: dt.datetime,
) -> bool:
    """Whether a file with usage in the half-open time has landed after this instant."""
    query = sa.select(LandedFileRow.id).where(
        LandedFileRow.first_at < occurred_until,
        LandedFileRow.last_at >= occurred_from,
        LandedFileRow.landed_at > since,
    )
    return session.execute(query.limit(1)).first() is not None
