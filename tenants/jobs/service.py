"""Schedule jobs, ask for runs, and do them.

The scheduler is a clock and nothing more: it inserts a run for each slot that is due, under a key
that lets one through, and puts it into the queue in the same transaction. Two schedulers therefore
do no harm. Whether anybody listens to the queue at that moment does not matter.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from i18n.errors import Conflict, DomainError, NotFound
from i18n.locale import Words, _
from tenants.directory.service import tenant_codes
from tenants.ids import tenant_id_of
from tenants.jobs import gateway, store
from tenants.jobs.slots import due_slots, trigger
from tenants.jobs.work import Job, RunTakenOver, Work
from tenants.persistence.database import Database
from tenants.principal import Principal, Role
from tenants.session import TenantSession, reading, transaction

SCHEDULER = Principal("scheduler", Role.SYSTEM)

_log = structlog.get_logger("saldo.jobs")


class NoSuchRun(NotFound):
    """There is no run {run}. Check the identifier."""


class NoSuchJob(NotFound):
    """There is no job {job}. Choose one of: {known}."""


class RunNotFailed(Conflict):
    """The run {run} is {status}. Only a failed run can be tried again."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is to be done when, in which time zone."""

    id: UUID
    name: str
    job: str
    cron: str
    time_zone: str
    arguments: Mapping[str, Any]
    is_enabled: bool
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One doing of a job and how far it is; `total` 0 means that nobody knows."""

    id: UUID
    job: str
    status: str
    slot: dt.datetime | None
    arguments: Mapping[str, Any]
    done: int
    total: int
    result: Mapping[str, Any] | None
    error: str | None
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None


def set_schedule(
    session: TenantSession,
    *,
    name: str,
    job: str,
    cron: str,
    time_zone: str,
    arguments: Mapping[str, Any] | None = None,
    is_enabled: bool = True,
) -> Schedule:
    """Make a schedule, or change the one of this name; it fires from now on."""
    trigger(cron, time_zone)
    row = store.schedule(session, name)
    if row is None:
        row = store.ScheduleRow(
            tenant_id=session.tenant_id, id=session.ids.new(), name=name, created_at=session.now()
        )
        session.add(row)
    row.job, row.cron, row.time_zone = job, cron, time_zone
    row.arguments, row.is_enabled = dict(arguments or {}), is_enabled
    session.flush()
    return _schedule(row)


def schedules(session: TenantSession) -> list[Schedule]:
    """All schedules by name."""
    return [_schedule(row) for row in store.schedules(session)]


def ask_for_run(
    session: TenantSession, job: str, arguments: Mapping[str, Any] | None = None
) -> UUID:
    """Have a job done soon; it is in the queue when this session commits."""
    facts = {"job": job, "schedule_id": None, "slot": None, "arguments": dict(arguments or {})}
    run_id = store.add_run(session, facts)
    assert run_id is not None, "a run without a slot meets no other"
    gateway.defer(session, run_id)
    return run_id


def run(session: TenantSession, run_id: UUID) -> Run:
    """One run and how far it is."""
    return _run(_row(session, run_id))


def runs(session: TenantSession, limit: int = 50) -> list[Run]:
    """The latest runs, the newest first."""
    return [_run(row) for row in store.runs(session, limit)]


def failed_since(session: TenantSession, since: dt.datetime) -> list[Run]:
    """Runs that failed at or after an instant and were not tried again, the first to end first."""
    return [_run(row) for row in store.failed_since(session, since)]


def try_again(session: TenantSession, run_id: UUID) -> None:
    """Put a failed run into the queue once more."""
    row = _row(session, run_id)
    if row.status != "failed":
        raise RunNotFailed(run=run_id, status=row.status)
    row.status = "waiting"
    session.flush()
    gateway.defer(session, run_id)


def fire_due(database: Database, now: dt.datetime) -> int:
    """Insert and queue a run for every slot that is due by now; returns how many were new."""
    return sum(_fire_tenant(database, tenant_id_of(code), now) for code in tenant_codes(database))


def do_run(database: Database, jobs: Mapping[str, Job], tenant_id: UUID, run_id: UUID) -> None:
    """Take up a run and do it; one that has ended is left as it is."""
    with transaction(database, tenant_id, SCHEDULER, "jobs.claim") as session:
        row = store.claim(session, run_id)
    if row is None:
        return
    principal = Principal(f"job {row.job}", Role.SYSTEM)
    work = Work(database, tenant_id, run_id, row.token, principal, row.arguments, row.slot)
    try:
        if row.job not in jobs:
            raise NoSuchJob(job=row.job, known=", ".join(sorted(jobs)))
        work.finish(jobs[row.job](work))
    except RunTakenOver:
        _log.warning("run taken over", run=str(run_id), token=row.token)
    except DomainError as refused:
        work.fail(str(refused))
    except Exception as broken:
        # One run that breaks does not stop the worker; the trace is in the log, under its id.
        _log.exception("run broke", run=str(run_id), exc_info=broken)
        kind = type(broken).__name__
        work.fail(str(Words(_("{kind}: see the log for run {run}"), kind=kind, run=run_id)))


def _fire_tenant(database: Database, tenant_id: UUID, now: dt.datetime) -> int:
    with reading(database, tenant_id, SCHEDULER) as session:
        due = [
            (_schedule(row), slot)
            for row in store.schedules(session, enabled_only=True)
            for slot in _slots(session, row, now)
        ]
    return sum(_fire(database, tenant_id, schedule, slot) for schedule, slot in due)


def _slots(
    session: TenantSession, schedule: store.ScheduleRow, now: dt.datetime
) -> Sequence[dt.datetime]:
    after = store.last_slot(session, schedule.id) or schedule.created_at
    return due_slots(schedule.cron, schedule.time_zone, after, now)


def _fire(database: Database, tenant_id: UUID, schedule: Schedule, slot: dt.datetime) -> bool:
    with transaction(database, tenant_id, SCHEDULER, "jobs.fire") as session:
        facts = {
            "job": schedule.job,
            "schedule_id": schedule.id,
            "slot": slot,
            "arguments": dict(schedule.arguments),
        }
        run_id = store.add_run(session, facts)
        if run_id is not None:
            gateway.defer(session, run_id)
    return run_id is not None


def _row(session: TenantSession, run_id: UUID) -> store.RunRow:
    row = store.run(session, run_id)
    if row is None:
        raise NoSuchRun(run=run_id)
    return row


def _schedule(row: store.ScheduleRow) -> Schedule:
    return Schedule(
        row.id,
        row.name,
        row.job,
        row.cron,
        row.time_zone,
        row.arguments,
        row.is_enabled,
        row.created_at,
    )


def _run(row: store.RunRow) -> Run:
    return Run(
        id=row.id,
        job=row.job,
        status=row.status,
        slot=row.slot,
        arguments=row.arguments,
        done=row.done,
        total=row.total,
        result=row.result,
        error=row.error,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
