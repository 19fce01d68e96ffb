"""Say where a source's files lie, note what is found there, claim it, take it in.

A version of a file is one row under a unique key, so two collectors that find it find the same row.
A claim raises the row's token; the file is taken in, and the row ended, in one transaction that
asks whether the token still has the claim. A collector that died leaves its claim behind, which
another takes over after a while; one that was only slow then loses its transaction, and nothing is
taken in twice.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from i18n.errors import Conflict, NotFound
from mediation import service as mediation
from mediation.batch import Batch
from mediation.collecting import store
from mediation.collecting.place import (
    PROTOCOLS,
    Place,
    Seen,
    is_wanted,
    is_whole,
    place_from,
    refusal_of,
)
from mediation.sources import service as sources
from tenants.session import TenantSession
from tenants.values import value_of

# A collector silent for so long has died.
LEASE = dt.timedelta(minutes=15)
ATTEMPTS_MOST = 5
FILES_SHOWN = 50


class NoPlace(NotFound):
    """The source {source} has no place to fetch from. Set one, or send its files."""


class NoSuchFoundFile(NotFound):
    """There is no file {file} that was found. Check the identifier."""


class FileNotFailed(Conflict):
    """The file {file} is {status}. Only a file that failed can be tried again."""


class ClaimLost(Conflict):
    """The file {file} was claimed by another collector meanwhile. This one's part is undone."""


@dataclass(frozen=True, slots=True)
class Look:
    """When a place was last looked at, and what was wrong with it then."""

    looked_at: dt.datetime
    fault: str


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One version of a file that was found in a place, and what became of it."""

    id: UUID
    source_id: UUID
    name: str
    size_bytes: int
    status: str
    fault: str
    attempts: int
    batch_id: UUID | None
    is_aside: bool
    seen_at: dt.datetime
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that this collector, and no other, may take in now."""

    id: UUID
    source: str
    seen: Seen
    token: int


def set_place(session: TenantSession, source_code: str, settings: Mapping[str, Any]) -> Place:
    """Say where the files of a source are fetched from.

    Raises: NoSuchSource, UnknownPlaceSetting, BadPlaceSetting.
    """
    source_id = sources.the_source(session, source_code).id
    place = place_from(source_code, settings, PROTOCOLS)
    row = store.place_row(session, source_id)
    if row is None:
        row = store.PlaceRow(
            tenant_id=session.tenant_id, id=session.ids.new(), source_id=source_id, settings={}
        )
        session.add(row)
    row.settings = dict(settings)
    session.flush()
    return place


def place_of(session: TenantSession, source_code: str) -> Place:
    """Where the files of a source are fetched from. Raises: NoSuchSource, NoPlace."""
    row = store.place_row(session, sources.the_source(session, source_code).id)
    if row is None:
        raise NoPlace(source=source_code)
    return place_from(source_code, row.settings, PROTOCOLS)


def places(session: TenantSession) -> dict[str, Place]:
    """All places, by the code of their source."""
    codes = {each.id: each.source.code for each in sources.all_sources(session)}
    known = {codes[row.source_id]: row.settings for row in store.place_rows(session)}
    return {code: place_from(code, known[code], PROTOCOLS) for code in sorted(known)}


def looks(session: TenantSession) -> dict[UUID, Look]:
    """The last look at each place, by the id of its source."""
    return {row.source_id: Look(row.looked_at, row.fault) for row in store.look_rows(session)}


def found_files(
    session: TenantSession, source_code: str, limit: int = FILES_SHOWN
) -> list[FoundFile]:
    """Files found in a place, the newest first. Raises: NoSuchSource."""
    source_id = sources.the_source(session, source_code).id
    return [value_of(FoundFile, row) for row in store.file_rows(session, source_id, limit=limit)]


def failed_files(session: TenantSession) -> dict[UUID, int]:
    """How many files failed or were refused, by the id of their source."""
    return store.failed(session)


def try_again(session: TenantSession, file_id: UUID) -> FoundFile:
    """Let a failed file be tried at the next look. Raises: NoSuchFoundFile, FileNotFailed."""
    row = store.file_row(session, file_id)
    if row is None:
        raise NoSuchFoundFile(file=file_id)
    if row.status != "failed":
        raise FileNotFailed(file=row.name, status=row.status)
    row.attempts = 0
    session.flush()
    return value_of(FoundFile, row)


def note_look(
    session: TenantSession, source_code: str, listed: Sequence[Seen]
) -> tuple[list[UUID], list[Claim]]:
    """Write down what a look found.

    Returns the files that may be claimed now, by name, and those that were taken in before and
    still lie where they were. Raises: NoSuchSource, NoPlace.
    """
    place = place_of(session, source_code)
    source_id = sources.the_source(session, source_code).id
    wanted = {_key(seen): seen for seen in map(_kept, listed) if is_wanted(place, seen.name)}
    names = sorted({seen.name for seen in wanted.values()})
    known = {_row_key(row) for row in store.file_rows(session, source_id, names=names)}
    store.looked(session, source_id, "")
    store.note(session, source_id, [(s, refusal_of(place, s) or "") for s in wanted.values()])
    rows = store.file_rows(session, source_id, names=names)
    # Taken in, and gone from where it lay: a collector that died had moved it.
    for row in store.left_behind(session, source_id):
        row.is_aside = _row_key(row) not in wanted
    # What has changed since an earlier look is another version; nobody waits for the earlier one.
    store.forget(session, [row for row in rows if _row_key(row) not in wanted])
    here = sorted((row for row in rows if _row_key(row) in wanted), key=lambda row: row.name)
    beside = frozenset(seen.name for seen in listed)
    ready = [
        row.id
        for row in here
        if _may_be_claimed(session, row)
        and is_whole(
            place, row.name, beside, session.now() - row.seen_at if _row_key(row) in known else None
        )
    ]
    left = [row for row in here if row.status == "taken" and not row.is_aside]
    return ready, [_claimed(row, source_code) for row in left]


def note_fault(session: TenantSession, source_code: str, fault: str) -> None:
    """Write down that a place could not be looked at. Raises: NoSuchSource."""
    store.looked(session, sources.the_source(session, source_code).id, fault)


def claim(session: TenantSession, source_code: str, file_id: UUID) -> Claim | None:
    """Claim a file; None where another collector has it or has ended it."""
    row = store.claimable(session, file_id)
    if row is None or not _may_be_claimed(session, row):
        return None
    row.status, row.token, row.claimed_at = "claimed", row.token + 1, session.now()
    row.attempts += 1
    session.flush()
    return _claimed(row, source_code)


def take(session: TenantSession, claimed: Claim, content: bytes) -> Batch:
    """Take in a claimed file, and end its claim, both or neither.

    Raises: ClaimLost, and what taking in raises.
    """
    batch = mediation.ingest(session, claimed.source, claimed.seen.name, content)
    ended = store.end(
        session,
        claimed.id,
        claimed.token,
        status="taken",
        fault="",
        batch_id=batch.id,
        ended_at=session.now(),
    )
    if not ended:
        raise ClaimLost(file=claimed.seen.name)
    return batch


def fail(session: TenantSession, claimed: Claim, fault: str, *, is_final: bool) -> None:
    """Say why a claimed file could not be taken in; a final fault waits for a person."""
    changes = {"attempts": ATTEMPTS_MOST} if is_final else {}
    store.end(
        session,
        claimed.id,
        claimed.token,
        status="failed",
        fault=fault,
        ended_at=session.now(),
        **changes,
    )


def note_aside(session: TenantSession, file_id: UUID) -> None:
    """Write down that a file that was taken in lies aside. Raises: NoSuchFoundFile."""
    row = store.file_row(session, file_id)
    if row is None:
        raise NoSuchFoundFile(file=file_id)
    row.is_aside = True
    session.flush()


def _may_be_claimed(session: TenantSession, row: store.FoundFileRow) -> bool:
    if row.status == "claimed":
        assert row.claimed_at is not None, "a claim says when"
        return session.now() - row.claimed_at > LEASE
    return row.status == "seen" or (row.status == "failed" and row.attempts < ATTEMPTS_MOST)


def _key(seen: Seen) -> tuple[str, str, int]:
    return seen.name, seen.version, seen.size_bytes


def _row_key(row: store.FoundFileRow) -> tuple[str, str, int]:
    return row.name, row.version, row.size_bytes


def _claimed(row: store.FoundFileRow, source_code: str) -> Claim:
    return Claim(row.id, source_code, Seen(row.name, row.size_bytes, row.version), row.token)


def _kept(seen: Seen) -> Seen:
    """As it can be kept: a name that is no text is written out, so that it can at least be seen."""
    name = seen.name.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
    return Seen(name, seen.size_bytes, seen.version)
