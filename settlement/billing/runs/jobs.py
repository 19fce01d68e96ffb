"""The job that does a bill run, part by part: `billing.run`."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

from settlement.billing.runs import service
from settlement.billing.service import GROUP, BillRun
from tenants.jobs.work import Work
from tenants.session import TenantSession


class Doing(Protocol):
    """What a run needs of whoever does it: a worker, or a command that does it at once."""

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What was asked for."""

    def transaction(self, name: str) -> AbstractContextManager[TenantSession]:
        """A committed piece of the work."""

    def progress(self, done: int, total: int) -> None:
        """Show how far it is."""


def bill(work: Work) -> Mapping[str, Any]:
    """Bill those who are left of the run that the argument `bill_run` names, `part` of them at
    once where it is given; returns how many were issued, carried and parked in all.
    """
    return bill_in_parts(work, lambda _part: None)


def bill_in_parts(work: Doing, tell: Callable[[BillRun], None]) -> Mapping[str, Any]:
    """The same; `tell` is called with what each part came to, once it is committed."""
    run_id, part = UUID(work.arguments["bill_run"]), int(work.arguments.get("part", GROUP))
    with work.transaction("billing.look") as session:
        found = service.run(session, run_id)
        if found.status == "done":
            return _outcome(found)
        frame = service.frame_of(session, run_id)
    for start in range(0, len(frame.due), part):
        end = start + part
        due, following = frame.due[start:end], frame.due[end : end + part]
        with work.transaction("billing.part") as session:
            came_to = service.go_on(session, run_id, frame, due, following)
            found = service.run(session, run_id)
        tell(came_to)
        work.progress(found.done, found.bills)
    with work.transaction("billing.finish") as session:
        found = service.finish(session, run_id)
    return _outcome(found)


def _outcome(found: service.Run) -> dict[str, int]:
    return {"issued": found.issued, "carried": found.carried, "parked": found.parked}
