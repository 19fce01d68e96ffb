"""One worker's hold on one run, and the fence around everything it writes.

A worker can be stopped for longer than anybody waits, be given up for dead, and wake again while
another already does its run. So each taking-up gives the run a higher token, and every transaction
of the work ends by asking whether its token is still the run's. The late worker then loses its
transaction, not the tenant its money.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from i18n.errors import Conflict
from tenants.jobs import store
from tenants.persistence.database import Database
from tenants.principal import Principal
from tenants.session import TenantSession, transaction


class RunTakenOver(Conflict):
    """The run {run} was taken up by another worker meanwhile. This worker's part is undone."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a job is given: its arguments, its tenant, and fenced ways to write and to report."""

    database: Database
    tenant_id: UUID
    run_id: UUID
    token: int
    principal: Principal
    arguments: Mapping[str, Any]
    slot: dt.datetime | None

    @contextmanager
    def transaction(self, name: str) -> Iterator[TenantSession]:
        """A transaction that commits only while this worker still holds the run."""
        with transaction(self.database, self.tenant_id, self.principal, name) as session:
            yield session
            session.flush()
            if not store.holds(session, self.run_id, self.token):
                raise RunTakenOver(run=self.run_id)

    def progress(self, done: int, total: int) -> None:
        """Show how far the run is, at once and beside the work's own transaction."""
        self._report("jobs.progress", done=done, total=total)

    def finish(self, result: Mapping[str, Any]) -> None:
        """Say that the run is done, and what came out."""
        self._end("done", result=dict(result))

    def fail(self, error: str) -> None:
        """Say that the run failed, and why."""
        self._end("failed", error=error)

    def _end(self, status: str, **outcome: Any) -> None:
        self._report("jobs.finish", status=status, finished_at=self.database.clock.now(), **outcome)

    def _report(self, name: str, **changes: Any) -> None:
        with transaction(self.database, self.tenant_id, self.principal, name) as session:
            if not store.update_held(session, self.run_id, self.token, **changes):
                raise RunTakenOver(run=self.run_id)


Job = Callable[[Work], Mapping[str, Any]]
"""What a run does: it works in transactions of its own and returns what came out, as JSON."""
