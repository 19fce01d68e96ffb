"""Rows of schedules and runs."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB, insert

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

_Instant = sa.DateTime(timezone=True)


class ScheduleRow(Identified, Table):
    """What is to be done when."""

    __tablename__ = "schedules"

    name: orm.Mapped[str]
    job: orm.Mapped[str]
    cron: orm.Mapped[str]
    time_zone: orm.Mapped[str]
    arguments: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    is_enabled: orm.Mapped[bool] = orm.mapped_column(default=True)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(_Instant)


class RunRow(Identified, Table):
    """One doing of a job; `token` grows with each worker that takes it up."""

    __tablename__ = "runs"

    job: orm.Mapped[str]
    schedule_id: orm.Mapped[UUID | None]
    slot: orm.Mapped[dt.datetime | None] = orm.mapped_column(_Instant)
    arguments: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    status: orm.Mapped[str]
    token: orm.Mapped[int] = orm.mapped_column(default=0)
    done: orm.Mapped[int] = orm.mapped_column(default=0)
    total: orm.Mapped[int] = orm.mapped_column(default=0)
    result: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(JSONB(none_as_null=True))
    error: orm.Mapped[str | None]
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(_Instant)
    started_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(_Instant)
    finished_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(_Instant)


def schedules(session: TenantSession, *, enabled_only: bool = False) -> Sequence[ScheduleRow]:
    """All schedules by name."""
    query = sa.select(ScheduleRow).order_by(ScheduleRow.name)
    return session.scalars(query.where(ScheduleRow.is_enabled) if enabled_only else query).all()


def schedule(session: TenantSession, name: str) -> ScheduleRow | None:
    """The schedule of this name."""
    return session.scalar(sa.select(ScheduleRow).where(ScheduleRow.name == name))


def last_slot(session: TenantSession, schedule_id: UUID) -> dt.datetime | None:
    """The latest slot of a schedule that has a run."""
    query = sa.select(sa.func.max(RunRow.slot)).where(RunRow.schedule_id == schedule_id)
    return session.scalar(query)


def add_run(session: TenantSession, facts: Mapping[str, Any]) -> UUID | None:
    """Add a run; None when its slot has one already."""
    return session.scalar(
        insert(RunRow)
        .values(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            status="waiting",
            created_at=session.now(),
            **facts,
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "schedule_id", "slot"])
        .returning(RunRow.id)
    )


def run(session: TenantSession, run_id: UUID) -> RunRow | None:
    """The run with this id."""
    return session.get(RunRow, (session.tenant_id, run_id))


def runs(session: TenantSession, limit: int) -> Sequence[RunRow]:
    """The latest runs, the newest first."""
    return session.scalars(sa.select(RunRow).order_by(RunRow.id.desc()).limit(limit)).all()


def failed_since(session: TenantSession, since: dt.datetime) -> Sequence[RunRow]:
    """Runs that failed at or after an instant and were not tried again, the first to end first."""
    wanted = sa.select(RunRow).where(RunRow.status == "failed", RunRow.finished_at >= since)
    return session.scalars(wanted.order_by(RunRow.finished_at, RunRow.id)).all()


def claim(session: TenantSession, run_id: UUID) -> RunRow | None:
    """Take up an unfinished run under a new token; None when it has ended."""
    return session.scalar(
        sa.update(RunRow)
        .where(RunRow.id == run_id, RunRow.status.in_(["waiting", "running"]))
        .values(
            status="running",
            token=RunRow.token + 1,
            started_at=session.now(),
            done=0,
            total=0,
            error=None,
        )
        .returning(RunRow)
    )


def holds(session: TenantSession, run_id: UUID, token: int) -> bool:
    """Whether this token is still the run's; the row stays locked until the transaction ends."""
    query = sa.select(RunRow.token).where(RunRow.id == run_id).with_for_update(read=True)
    return session.scalar(query) == token


def update_held(session: TenantSession, run_id: UUID, token: int, **changes: Any) -> bool:
    """Change a run while this token holds it; False when another worker has taken it up."""
    changed = session.execute(
        sa.update(RunRow)
        .where(RunRow.id == run_id, RunRow.token == token, RunRow.status == "running")
        .values(**changes)
        .returning(RunRow.id)
    )
    return changed.first() is not None
