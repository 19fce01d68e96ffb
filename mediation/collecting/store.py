"""Rows of places, of looks at them, and of the files that were found there."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB, insert

from mediation.collecting.place import Seen
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class PlaceRow(Identified, Table):
    """Where the files of a source are fetched from."""

    __tablename__ = "collecting_places"

    source_id: orm.Mapped[UUID]
    settings: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)


class LookRow(Identified, Table):
    """When a place was last looked at, and what was wrong with it then."""

    __tablename__ = "collecting_looks"

    source_id: orm.Mapped[UUID]
    looked_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    fault: orm.Mapped[str]


class FoundFileRow(Identified, Table):
    """One version of a file that was found; it is claimed by one collector at a time.

    `status` is seen, claimed, taken, failed (tried again until `attempts` run out) or refused.
    """

    __tablename__ = "found_files"

    source_id: orm.Mapped[UUID]
    name: orm.Mapped[str]
    version: orm.Mapped[str]
    size_bytes: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    status: orm.Mapped[str]
    fault: orm.Mapped[str]
    attempts: orm.Mapped[int]
    token: orm.Mapped[int]
    batch_id: orm.Mapped[UUID | None]
    is_aside: orm.Mapped[bool]
    seen_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    claimed_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))
    ended_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))


def place_row(session: TenantSession, source_id: UUID) -> PlaceRow | None:
    return session.scalars(sa.select(PlaceRow).where(PlaceRow.source_id == source_id)).first()


def place_rows(session: TenantSession) -> list[PlaceRow]:
    return list(session.scalars(sa.select(PlaceRow).order_by(PlaceRow.source_id)))


def look_rows(session: TenantSession) -> list[LookRow]:
    return list(session.scalars(sa.select(LookRow)))


def looked(session: TenantSession, source_id: UUID, fault: str) -> None:
    """Write down that a place was looked at now; the look before is replaced."""
    facts = {"source_id": source_id, "looked_at": session.now(), "fault": fault}
    query = insert(LookRow).values(tenant_id=session.tenant_id, id=session.ids.new(), **facts)
    session.execute(
        query.on_conflict_do_update(index_elements=["tenant_id", "source_id"], set_=facts)
    )
    session.expire_all()


def note(session: TenantSession, source_id: UUID, found: Sequence[tuple[Seen, str]]) -> None:
    """Write down files that were found, each version once; the text says why one is refused."""
    for seen, fault in found:
        query = insert(FoundFileRow).values(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            source_id=source_id,
            name=seen.name,
            version=seen.version,
            size_bytes=seen.size_bytes,
            status="refused" if fault else "seen",
            fault=fault,
            attempts=0,
            token=0,
            is_aside=False,
            seen_at=session.now(),
            ended_at=session.now() if fault else None,
        )
        session.execute(query.on_conflict_do_nothing())


def forget(session: TenantSession, rows: Sequence[FoundFileRow]) -> None:
    """Remove rows of versions that nobody took in and that are no longer there."""
    for row in rows:
        if row.status in ("seen", "failed"):
            session.delete(row)
    session.flush()


def file_row(session: TenantSession, file_id: UUID) -> FoundFileRow | None:
    return session.get(FoundFileRow, (session.tenant_id, file_id))


def file_rows(
    session: TenantSession,
    source_id: UUID,
    *,
    names: Sequence[str] | None = None,
    limit: int | None = None,
) -> list[FoundFileRow]:
    """Files found in a place, the newest first."""
    row = FoundFileRow
    query = sa.select(row).where(row.source_id == source_id)
    if names is not None:
        query = query.where(row.name.in_(names))
    return list(session.scalars(query.order_by(row.seen_at.desc(), row.name).limit(limit)))


def left_behind(session: TenantSession, source_id: UUID) -> list[FoundFileRow]:
    """Files that were taken in and, as far as is known, still lie where they were."""
    row = FoundFileRow
    query = sa.select(row).where(row.source_id == source_id, row.status == "taken")
    return list(session.scalars(query.where(row.is_aside.is_(False))))


def failed(session: TenantSession) -> dict[UUID, int]:
    """How many files could not be taken in, by source."""
    row = FoundFileRow
    query = sa.select(row.source_id, sa.func.count()).where(row.status.in_(["failed", "refused"]))
    return {source: count for source, count in session.execute(query.group_by(row.source_id))}


def claimable(session: TenantSession, file_id: UUID) -> FoundFileRow | None:
    """The file's row, locked; None where another collector holds the lock at this moment."""
    query = sa.select(FoundFileRow).where(FoundFileRow.id == file_id)
    return session.scalars(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).first()


def end(session: TenantSession, file_id: UUID, token: int, **changes: Any) -> bool:
    """Change a claimed file, if this token still has the claim."""
    row = FoundFileRow
    query = (
        sa.update(row)
        .where(row.id == file_id, row.token == token, row.status == "claimed")
        .values(**changes)
        .returning(row.id)
    )
    ended = session.execute(query).first()
    session.expire_all()
    return ended is not None
