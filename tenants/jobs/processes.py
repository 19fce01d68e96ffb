"""The two processes beside the web: one scheduler that watches the clock, workers that do runs.

Any number of schedulers may be started: the first to get the advisory lock leads, the others wait
for it to end. APScheduler keeps its jobs in memory; what it fires is rebuilt from the `schedules`
of all tenants, so nothing executable is ever read from the database.
"""

import asyncio
import threading
from collections.abc import Mapping

import sqlalchemy as sa
import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from tenants.directory.service import tenant_codes
from tenants.ids import tenant_id_of
from tenants.jobs import gateway, service
from tenants.jobs.slots import trigger
from tenants.jobs.work import Job
from tenants.log import configure_log
from tenants.persistence.database import Database
from tenants.session import reading

_LEADER = 7_236_511_002
_LOOK_SECONDS = 30

_log = structlog.get_logger("saldo.jobs")


def run_worker(database: Database, jobs: Mapping[str, Job], *, wait: bool = True) -> None:
    """Do queued runs until stopped, or, without `wait`, until the queue is empty."""
    configure_log()
    asyncio.run(
        gateway.work_off(
            database,
            lambda tenant_id, run_id: service.do_run(database, jobs, tenant_id, run_id),
            wait=wait,
        )
    )


def hand_out_stalled(database: Database) -> int:
    """Put the runs of dead workers back into the queue; returns how many."""
    return asyncio.run(gateway.hand_out_stalled(database))


def run_scheduler(database: Database, stop: threading.Event) -> None:
    """Lead, once no other scheduler does, and fire schedules until told to stop."""
    configure_log()
    # A connection of its own, never back in the pool: the lock lives as long as it does.
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as leading:
        leading.detach()
        if not _lead(leading, stop):
            return
        scheduler = BackgroundScheduler(timezone="UTC")
        _rebuild(scheduler, database)
        scheduler.add_job(
            _look, "interval", args=[scheduler, database], seconds=_LOOK_SECONDS, id="look"
        )
        scheduler.start()
        _log.info("scheduler leads", schedules=len(scheduler.get_jobs()) - 1)
        try:
            while not stop.wait(_LOOK_SECONDS / 10):
                # The lock is gone when its connection is; then another must lead.
                leading.execute(sa.text("SELECT 1"))
        finally:
            scheduler.shutdown()


def _lead(leading: sa.Connection, stop: threading.Event) -> bool:
    while not stop.is_set():
        if leading.scalar(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": _LEADER}):
            return True
        stop.wait(1)
    return False


def _look(scheduler: BackgroundScheduler, database: Database) -> None:
    """Take in changed schedules, fire what was missed, hand out what dead workers left."""
    _rebuild(scheduler, database)
    _fire(database)
    hand_out_stalled(database)


def _fire(database: Database) -> None:
    service.fire_due(database, database.clock.now())


def _rebuild(scheduler: BackgroundScheduler, database: Database) -> None:
    wanted = {}
    for code in tenant_codes(database):
        with reading(database, tenant_id_of(code), service.SCHEDULER) as session:
            for schedule in service.schedules(session):
                if schedule.is_enabled:
                    name = f"{code} {schedule.id} {schedule.cron} {schedule.time_zone}"
                    wanted[name] = trigger(schedule.cron, schedule.time_zone)
    for job in scheduler.get_jobs():
        if job.id != "look" and job.id not in wanted:
            job.remove()
    for name, fires in wanted.items():
        if scheduler.get_job(name) is None:
            scheduler.add_job(_fire, fires, args=[database], id=name, coalesce=True)
