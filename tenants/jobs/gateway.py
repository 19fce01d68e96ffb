"""The queue: Procrastinate in the schema `queue` of the same database.

A task names a tenant and a run, nothing else; what the run is about is read behind the tenant's
wall. Deferring happens on the connection of the caller's own transaction, so a run and its task
appear together or not at all.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy, SyncPsycopgConnector
from procrastinate.tasks import Task

from tenants.persistence.database import Database
from tenants.persistence.driver import driver_connection
from tenants.session import TenantSession

_TASK = "saldo.run"
_QUEUE = "runs"

# A worker silent for so long has died, and its tasks are handed out again.
STALLED_SECONDS = 60


def defer(session: TenantSession, run_id: UUID) -> None:
    """Put a run into the queue when this session commits."""
    # Never opened: the only connection used is the caller's.
    task = _task(App(connector=SyncPsycopgConnector()), lambda **_: None)
    task.configure(connection=driver_connection(session)).defer(
        tenant_id=str(session.tenant_id), run_id=str(run_id)
    )


async def work_off(database: Database, work: Callable[[UUID, UUID], None], *, wait: bool) -> None:
    """Do the runs in the queue; `wait` goes on until stopped, else end when it is empty."""
    app = _app(database)
    _task(app, lambda tenant_id, run_id: work(UUID(tenant_id), UUID(run_id)))
    async with app.open_async():
        await app.run_worker_async(
            queues=[_QUEUE], wait=wait, delete_jobs="successful", shutdown_graceful_timeout=20
        )


async def hand_out_stalled(database: Database) -> int:
    """Put the tasks of dead workers back into the queue; returns how many."""
    app = _app(database)
    _task(app, lambda **_: None)
    async with app.open_async():
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)
        count = 0
        for job in stalled:
            await app.job_manager.retry_job(job)
            count += 1
    return count


def _app(database: Database) -> App:
    options = "-c search_path=queue,public -c TimeZone=UTC"
    connector = PsycopgConnector(
        conninfo=database.driver_url, kwargs={"options": options}, min_size=1, max_size=3
    )
    return App(connector=connector)


def _task(app: App, function: Callable[..., Any]) -> Task[..., Any, ...]:
    # A run that fails says so and ends; only a lost database comes this far.
    again = RetryStrategy(max_attempts=5, exponential_wait=3)
    return app.task(name=_TASK, queue=_QUEUE, retry=again)(function)
