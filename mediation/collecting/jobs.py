"""The job that fetches files: `mediation.collect`, for one `source` or, without, for all.

The place is looked at, what is new is written down, and each file that is whole is claimed, read
and taken in, one transaction each, with the bytes fetched in between. A place that cannot be
reached, or a file that cannot be taken in, does not stop the others; the run fails at its end, so
that somebody sees it, and the next look tries again.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

from i18n.errors import Conflict, DomainError
from i18n.locale import Clause, Several, Words, _
from mediation.collecting import service
from mediation.collecting.gateway import FileChangedMeanwhile, PlaceUnreachable, Remote, reached
from mediation.collecting.place import Place
from mediation.collecting.service import Claim, ClaimLost
from tenants.directory.service import own_tenant
from tenants.persistence.database import Database
from tenants.principal import Principal
from tenants.session import TenantSession, reading


class CollectingFailed(Conflict):
    """Not everything could be fetched: {told}. What failed is tried again at the next look."""


class Doing(Protocol):
    """Who works for which tenant, and how it commits."""

    @property
    def database(self) -> Database: ...

    @property
    def tenant_id(self) -> UUID: ...

    @property
    def principal(self) -> Principal: ...

    @property
    def arguments(self) -> Mapping[str, Any]: ...

    def transaction(self, name: str) -> AbstractContextManager[TenantSession]:
        """A transaction of this work, committed at its end."""
        ...

    def progress(self, done: int, total: int) -> None:
        """Show how far the work is."""
        ...


def collect(work: Doing) -> Mapping[str, Any]:
    """Fetch what has come; returns by source what became of it. Raises: CollectingFailed."""
    with reading(work.database, work.tenant_id, work.principal) as session:
        known = service.places(session)
        wanted = work.arguments.get("source")
        if wanted is not None:
            service.place_of(session, str(wanted))
        tenant = own_tenant(session).code
    codes = list(known) if wanted is None else [str(wanted)]
    told: dict[str, dict[str, int]] = {}
    faults: list[Words] = []
    for done, code in enumerate(codes, 1):
        try:
            with reached(code, tenant, known[code], work.database.settings) as remote:
                told[code] = _collect(work, code, known[code], remote)
        except DomainError as fault:
            with work.transaction("collecting.fault") as session:
                service.note_fault(session, code, str(fault))
            faults.append(Clause(fault))
        work.progress(done, len(codes))
    faults += [
        Words(_("{source}: {count} files"), source=code, count=each["failed"])
        for code, each in told.items()
        if each["failed"]
    ]
    if faults:
        raise CollectingFailed(told=Several(faults))
    return told


def _collect(work: Doing, code: str, place: Place, remote: Remote) -> dict[str, int]:
    listed = remote.files()
    with work.transaction("collecting.look") as session:
        ready, left = service.note_look(session, code, listed)
    outcomes = []
    for file_id in ready:
        with work.transaction("collecting.claim") as session:
            claimed = service.claim(session, code, file_id)
        if claimed is not None:
            outcomes.append(_take(work, claimed, remote))
            left += [claimed] if outcomes[-1] == "taken" else []
    for each in left if place.after == "move" else []:
        remote.move_aside(each.seen.name, place.done_folder)
        with work.transaction("collecting.aside") as session:
            service.note_aside(session, each.id)
    return {each: outcomes.count(each) for each in ("taken", "failed")} | {"found": len(listed)}


def _take(work: Doing, claimed: Claim, remote: Remote) -> str:
    """Read a claimed file and take it in: taken, failed, or lost to another collector."""
    try:
        content = remote.read(claimed.seen)
        with work.transaction("collecting.take") as session:
            service.take(session, claimed, content)
    except ClaimLost:
        return "lost"
    except (OSError, EOFError, PlaceUnreachable, FileChangedMeanwhile) as fault:
        return _fail(work, claimed, str(fault), is_final=False)
    except DomainError as refused:
        return _fail(work, claimed, str(refused), is_final=True)
    return "taken"


def _fail(work: Doing, claimed: Claim, fault: str, *, is_final: bool) -> str:
    with work.transaction("collecting.fail") as session:
        service.fail(session, claimed, fault, is_final=is_final)
    return "failed"
