"""Take usage in: a file or events become one batch, and every record of it has one outcome.

The bytes are kept whatever is found in them. The same bytes again give the same answer and change
nothing; the same bytes under another name are recorded as a duplicate; other bytes under the name
of a loaded file are a conflict. One batch of a source is taken in at a time.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import polars as pl

from i18n.errors import Conflict
from mediation import sequences
from mediation.batch import Batch, EventAnswer
from mediation.conservation import Outcomes, count_outcomes
from mediation.control_totals import differences, totals_of
from mediation.draft import ControlTotals, Decoded, no_rejects
from mediation.duplicates import judge_duplicates
from mediation.exporters import service as exporters
from mediation.file_numbers import counter_of, file_number, numbered
from mediation.flow_knowledge import UNKNOWN_TEMPLATE
from mediation.formats.events import as_decoded, checked_mapping
from mediation.intake import OUTCOMES_SCHEMA, SortedOut, joined, sort_out
from mediation.kept import service as kept
from mediation.landing import service as landing
from mediation.landing.service import Manifest
from mediation.normalising import normalise
from mediation.reading import service as reading
from mediation.reading.service import Ahead as Ahead
from mediation.reading.service import OwnCopy as OwnCopy
from mediation.recycling import service as recycling
from mediation.repairing import service as repairing
from mediation.sources import service as sources
from mediation.sources.service import RegisteredSource
from mediation.suspense import service as suspense
from mediation.suspense.recycled import Recycled
from mediation.told_by_usage import kept_of
from tenants.digest import plain_decimal, sha256_hex
from tenants.session import TenantSession


class FileNameTaken(Conflict):
    """File {file} of source {source} was loaded with other content. Send it under another name."""


class NotQuarantined(Conflict):
    """Batch {batch} is {status}. Only a quarantined batch can be read again."""


class FileReturned(Conflict):
    """File {file} was given back as {returned_as}. Take that return back first."""


class Incoming(NamedTuple):
    """A file under a name, its bytes or what is read ahead of it; with totals that came beside."""

    file_name: str
    content: bytes | Ahead
    sha256: str
    declared: ControlTotals | None = None

    @property
    def whole(self) -> bytes | Path:
        """All there is of it: bytes, or the file that has them."""
        return self.content.copy.place if isinstance(self.content, Ahead) else self.content

    @property
    def size_bytes(self) -> int:
        """How long it is."""
        content = self.content
        return content.copy.size_bytes if isinstance(content, Ahead) else len(content)


def ingest(
    session: TenantSession,
    source_code: str,
    file_name: str,
    content: bytes | Ahead,
    declared: ControlTotals | None = None,
) -> Batch:
    """Take in one file; `declared` are control totals that came beside it.

    `content` are its bytes, or what `begin_reading` began of it.

    Raises: NoSuchSource, FileNameTaken, BadMapping.
    """
    registered = sources.the_source(session, source_code)
    kept.lock(session, registered)
    sha256 = content.sha256() if isinstance(content, Ahead) else sha256_hex(content)
    incoming = Incoming(file_name, content, sha256, declared)
    known = landing.batch_with_content(session, registered.id, sha256)
    if known is not None:
        return _again(session, registered, known, incoming)
    named = landing.batches_named(session, registered.id, file_name)
    if any(batch.status == "landed" for batch in named):
        raise FileNameTaken(file=file_name, source=source_code)
    return _take_in(session, registered, session.ids.new(), incoming)


def begin_reading(session: TenantSession, source_code: str, copy: OwnCopy) -> Ahead:
    """Begin to read a file while another one is taken in; `abandon` it, and its copy with it.

    Raises: NoSuchSource.
    """
    return reading.ahead_of(session, sources.the_source(session, source_code), copy)


def read_again(session: TenantSession, batch_id: UUID) -> Batch:
    """Read a quarantined batch again, by the present settings of its source.

    Raises: NoSuchBatch, NotQuarantined, FileReturned, BadMapping.
    """
    batch = landing.the_batch(session, batch_id)
    if batch.status != "quarantined":
        raise NotQuarantined(batch=batch_id, status=batch.status)
    if batch.returned_as is not None:
        raise FileReturned(file=batch.file_name, returned_as=batch.returned_as)
    return take_in_again(session, batch_id)


def take_in_again(session: TenantSession, batch_id: UUID) -> Batch:
    """Take in a batch that has loaded nothing so far, from the bytes that were kept.

    Raises: NoSuchBatch, BadMapping.
    """
    batch = landing.the_batch(session, batch_id)
    registered = kept.source_of(session, batch)
    kept.lock(session, registered)
    content = session.files.get(batch.sha256)
    incoming = Incoming(batch.file_name, content, batch.sha256)
    return _take_in(session, registered, batch_id, incoming)


def read_lines(
    session: TenantSession, registered: RegisteredSource, batch: Batch, lines: Sequence[int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Some lines of a batch from the bytes that were kept, as drafts and as records."""
    decoded = reading.read(session, registered, session.files.get(batch.sha256))
    drafts = decoded.drafts.filter(pl.col("line").is_in(list(lines)))
    return drafts, normalise(drafts, registered.source, str(batch.id), batch.arrived_at)


def take_lines_again(
    session: TenantSession,
    registered: RegisteredSource,
    batch: Batch,
    lines: Sequence[int],
    undecided: pl.DataFrame,
) -> None:
    """Sort out lines of a landed batch anew, that were dropped or wait as they came.

    They are not compared with `undecided` records (batch_id, line), themselves among them.
    """
    drafts, records = read_lines(session, registered, batch, lines)
    earlier = kept.earlier_keys(session, registered, records)
    earlier = earlier.join(undecided, on=["batch_id", "line"], how="anti")
    result = _sorted(session, registered, batch.id, Decoded(drafts, no_rejects()), records, earlier)
    landing.replace_outcomes(session, batch.id, result.outcomes)
    suspense.settle_again(
        session,
        batch.id,
        [
            Recycled(line, "repaired" if outcome == "landed" else "rejected", "ID_REUSED", "")
            for line, outcome in result.outcomes.select("line", "outcome").iter_rows()
            if outcome != "suspended"
        ],
    )
    _land(session, batch.id, drafts, result)


def ingest_events(
    session: TenantSession, source_code: str, events: Sequence[Any]
) -> list[EventAnswer]:
    """Take in events; one answer each, in their order. An event again gets its first answer.

    Raises: NoSuchSource.
    """
    registered = sources.the_source(session, source_code)
    kept.lock(session, registered)
    decoded = as_decoded(events, checked_mapping(registered.source))
    batch_id = session.ids.new()
    records = normalise(decoded.drafts, registered.source, str(batch_id), session.now())
    earlier = kept.earlier_keys(session, registered, records)
    if _has_new(records, earlier):
        content = json.dumps(events, default=str, sort_keys=True).encode()
        incoming = Incoming(f"events {batch_id}", content, session.files.put(content))
        result = _sorted(session, registered, batch_id, decoded, records, earlier)
        manifest = _manifest(registered, incoming, decoded, result.outcomes)
        _record(session, batch_id, manifest, decoded.drafts, result)
        earlier = pl.concat([earlier, result.outcomes])
        # What a standing rule repaired at once has landed: ask again how it stands.
        if result.suspended.height and repairing.apply_standing(session, registered.id, batch_id):
            earlier = kept.earlier_keys(session, registered, records)
    return _answers(decoded, records, earlier)


def _has_new(records: pl.DataFrame, earlier: pl.DataFrame) -> bool:
    """Whether any record is no duplicate; where none has come before, the first one is new."""
    if earlier.is_empty():
        return not records.is_empty()
    return bool((judge_duplicates(records, earlier)["verdict"] != "duplicate").any())


def ingest_requests(
    session: TenantSession, source_code: str, requests: Sequence[Sequence[Any]]
) -> list[list[EventAnswer]]:
    """Take in the events of several requests as one batch; the answers of each, in their order.

    Raises: NoSuchSource.
    """
    together = [event for events in requests for event in events]
    answers = iter(ingest_events(session, source_code, together))
    return [list(islice(answers, len(events))) for events in requests]


def landed_usage(
    session: TenantSession,
    occurred_from: dt.datetime,
    occurred_until: dt.datetime,
    accounts: Collection[str] | None = None,
) -> pl.DataFrame:
    """Canonical usage that occurred in the half-open time, by time and record key.

    All of it, or that of some accounts.
    """
    return _wanted(session, landing.landed_usage(session, occurred_from, occurred_until, accounts))


def _wanted(session: TenantSession, usage: pl.DataFrame) -> pl.DataFrame:
    """Usage without what was given up, in its order."""
    given_up = suspense.given_up(session)
    if given_up.is_empty():
        return usage
    given_up = given_up.cast({"batch_id": usage.schema["batch_id"]})
    return usage.join(given_up, on=["batch_id", "line"], how="anti", maintain_order="left")


def landed_unordered(
    session: TenantSession, occurred_from: dt.datetime, occurred_until: dt.datetime
) -> pl.DataFrame:
    """The same usage in no order (`usage.CATEGORISED`), for who puts it in one of his own."""
    return _wanted(session, landing.landed_unordered(session, occurred_from, occurred_until))


def landed_pieces(
    session: TenantSession, occurred_from: dt.datetime, occurred_until: dt.datetime, records: int
) -> Iterator[pl.DataFrame]:
    """The same in pieces of at most so many records, at least one; each file is read once."""
    for piece in landing.landed_pieces(session, occurred_from, occurred_until, records):
        yield _wanted(session, piece)


def landed_count(
    session: TenantSession, occurred_from: dt.datetime, occurred_until: dt.datetime
) -> int:
    """How many records there are at most in the half-open time, without reading them."""
    return landing.landed_count(session, occurred_from, occurred_until)


def has_landed_since(
    session: TenantSession,
    occurred_from: dt.datetime,
    occurred_until: dt.datetime,
    since: dt.datetime,
) -> bool:
    """Whether a file that may hold usage of the half-open time has landed after this instant."""
    return landing.has_landed_since(session, occurred_from, occurred_until, since)


def batches(session: TenantSession, source_code: str | None = None) -> list[Batch]:
    """All batches, or those of one source, in the order in which they came.

    Raises: NoSuchSource.
    """
    source_id = None if source_code is None else sources.the_source(session, source_code).id
    return landing.batches(session, source_id)


def some_batches(session: TenantSession, batch_ids: Sequence[UUID]) -> list[Batch]:
    """The batches of these ids, in their order."""
    return landing.some_batches(session, batch_ids)


def the_batch(session: TenantSession, batch_id: UUID) -> Batch:
    """The batch of this id.

    Raises: NoSuchBatch.
    """
    return landing.the_batch(session, batch_id)


def _again(
    session: TenantSession, registered: RegisteredSource, known: Batch, incoming: Incoming
) -> Batch:
    named = landing.batches_named(session, registered.id, incoming.file_name)
    same = [each for each in named if each.sha256 == known.sha256 and each.status != "undone"]
    if same:
        return same[0]
    manifest = Manifest(
        source_id=registered.id,
        file_name=incoming.file_name,
        sha256=known.sha256,
        size_bytes=incoming.size_bytes,
        status="duplicate",
        reason=f"SAME_CONTENT as {known.file_name}",
        sequence=file_number(registered.source, incoming.file_name),
        records=known.records,
        outcomes=Outcomes(duplicate=known.records),
        control_totals=known.control_totals,
    )
    return landing.record_batch(session, session.ids.new(), manifest, _nowhere())


def _take_in(
    session: TenantSession, registered: RegisteredSource, batch_id: UUID, incoming: Incoming
) -> Batch:
    with session.files.putting(incoming.whole, incoming.sha256):
        decoded, ahead = _read(session, registered, incoming.content)
        refusal = decoded.refused or refusal_of(
            session, registered, decoded, incoming.file_name, incoming.declared
        )
        result = None
        if refusal is None:
            result = _sorted_in_pieces(session, registered, batch_id, decoded, ahead)
    if result is None:
        manifest = _manifest(registered, incoming, decoded, _nowhere())
        quarantined = manifest._replace(status="quarantined", reason=refusal or "")
        return landing.record_batch(session, batch_id, quarantined, _nowhere())
    manifest = _manifest(registered, incoming, decoded, result.outcomes)
    drafts = ahead.drafts_of(result.suspended["line"]) if ahead else decoded.drafts
    _record(session, batch_id, manifest, drafts, result)
    if result.suspended.height:
        repairing.apply_standing(session, registered.id, batch_id)
    if decoded.flows_told:
        exporters.learn(session, registered.id, batch_id, decoded.flows_told)
        _read_what_waited(session, registered)
    return landing.the_batch(session, batch_id)


def _read(
    session: TenantSession, registered: RegisteredSource, content: bytes | Ahead
) -> tuple[Decoded, Ahead | None]:
    """What a file holds, and what was read of it ahead where that is of use."""
    if not isinstance(content, Ahead):
        return reading.read(session, registered, content), None
    if reading.is_valid(session, registered, content):
        return content.decoded(), content
    return reading.read(session, registered, content.copy.place.read_bytes()), None


def _read_what_waited(session: TenantSession, registered: RegisteredSource) -> None:
    """Sets of flows whose template has come by now are read, and go the way of all records."""
    readable = exporters.readable(session, registered.id)
    places = suspense.open_places(session, "mediation") if readable else []
    for batch_id in readable:
        sets = [
            each.id
            for each in places
            if each.batch_id == batch_id and each.reason == UNKNOWN_TEMPLATE
        ]
        if sets:
            recycling.recycle(session, sets)
            repairing.apply_standing(session, registered.id, batch_id)


def refusal_of(
    session: TenantSession,
    registered: RegisteredSource,
    decoded: Decoded,
    file_name: str,
    declared: ControlTotals | None = None,
) -> str | None:
    """Why a file that could be read is quarantined all the same."""
    for said in (decoded.declared, declared):
        wrong = misstated(decoded, said)
        if wrong:
            return wrong
    otherwise = exporters.refusal_of(session, registered, decoded.flows_told)
    if otherwise:
        return otherwise
    told = numbered(registered.source, file_name, decoded)
    if told is None:
        return None
    files = landing.numbered(session, registered.id).get(told.stream, [])
    if sequences.is_taken(told.number, files, counter_of(registered.source, told.stream)):
        return f"SEQUENCE_TAKEN: file {told.name} was loaded before"
    return None


def misstated(decoded: Decoded, said: ControlTotals | None) -> str | None:
    """Which of these control totals a file does not hold, as a reason; None where it holds them."""
    wrong = differences(said, totals_of(decoded)) if said is not None else []
    told = "; ".join(f"{each.total} declared {each.declared}, found {each.found}" for each in wrong)
    return f"CONTROL_TOTALS: {told}" if wrong else None


def _sorted_in_pieces(
    session: TenantSession,
    registered: RegisteredSource,
    batch_id: UUID,
    decoded: Decoded,
    ahead: Ahead | None,
) -> SortedOut:
    """Sort a file out; a large one piece by piece, unless parts of its calls need the whole."""
    drafts, now = decoded.drafts, session.now()
    known = ahead.records(str(batch_id), now) if ahead else None
    is_whole = known is not None or not reading.is_in_pieces(drafts)
    size = max(drafts.height, 1) if is_whole else reading.PIECE_RECORDS
    pieces: list[SortedOut] = []
    for first in range(0, max(drafts.height, 1), size):
        piece = Decoded(drafts.slice(first, size), no_rejects() if first else decoded.rejected)
        records = known
        if records is None:
            records = reading.records_of(piece.drafts, registered.source, str(batch_id), now)
        earlier = kept.earlier_keys(session, registered, records)
        earlier = pl.concat([earlier, kept_of(pieces, records)])
        pieces.append(_sorted(session, registered, batch_id, piece, records, earlier))
    return joined(pieces)


def _sorted(
    session: TenantSession,
    registered: RegisteredSource,
    batch_id: UUID,
    decoded: Decoded,
    records: pl.DataFrame,
    earlier: pl.DataFrame,
) -> SortedOut:
    has_parts = records["call_id"].is_not_null().any()
    parts = kept.waiting_parts(session, registered) if has_parts else []
    waiting = kept.records_of(session, registered, parts)
    return sort_out(str(batch_id), records, decoded.rejected, earlier, waiting)


def _record(
    session: TenantSession,
    batch_id: UUID,
    manifest: Manifest,
    drafts: pl.DataFrame,
    result: SortedOut,
) -> None:
    if result.usage.height < reading.MANY_RECORDS:
        landing.record_batch(session, batch_id, manifest, result.outcomes)
        _land(session, batch_id, drafts, result)
        return
    with ThreadPoolExecutor(1) as beside:
        usage = beside.submit(landing.keep_usage, session.files, result.usage)
        landing.record_batch(session, batch_id, manifest, result.outcomes)
        _land(session, batch_id, drafts, result, usage.result())


def _land(
    session: TenantSession,
    batch_id: UUID,
    drafts: pl.DataFrame,
    result: SortedOut,
    usage_sha256: str | None = None,
) -> None:
    landing.land(session, batch_id, result.usage, usage_sha256)
    # Parts of this batch that wait already were looked at with the others; they keep their place.
    new = result.suspended.join(drafts.select("line"), on="line", how="semi")
    suspense.suspend(session, new, drafts)
    kept.settle_calls(session, batch_id, result)


def _manifest(
    registered: RegisteredSource, incoming: Incoming, decoded: Decoded, went: pl.DataFrame
) -> Manifest:
    said = incoming.declared or decoded.declared
    told = numbered(registered.source, incoming.file_name, decoded)
    totals = {"found": _as_json(totals_of(decoded)), "declared": said and _as_json(said)}
    return Manifest(
        source_id=registered.id,
        file_name=incoming.file_name,
        sha256=incoming.sha256,
        size_bytes=incoming.size_bytes,
        status="landed",
        reason="",
        sequence=told.number if told else None,
        stream=told.stream if told else "",
        records=decoded.records,
        outcomes=count_outcomes(went, decoded.records) if went.height else Outcomes(),
        control_totals=totals,
    )


def _as_json(totals: ControlTotals) -> dict[str, Any]:
    amount = None if totals.amount is None else plain_decimal(totals.amount)
    return asdict(totals) | {"amount": amount}


def _nowhere() -> pl.DataFrame:
    return pl.DataFrame(schema=OUTCOMES_SCHEMA)


def _answers(decoded: Decoded, records: pl.DataFrame, known: pl.DataFrame) -> list[EventAnswer]:
    """One answer for each event: that of the first record kept under its key and payload."""
    first = known.filter(pl.col("outcome").is_in(["landed", "suspended"])).unique(
        ["record_key", "payload_digest"], keep="first", maintain_order=True
    )
    answered = records.select("line", "event_id", "record_key", "payload_digest").join(
        first.select(
            "record_key", "payload_digest", "outcome", "reason", "batch_id", kept_line="line"
        ),
        on=["record_key", "payload_digest"],
        how="left",
    )
    answers = {
        row["line"]: EventAnswer(
            event_id=row["event_id"],
            status="suspended" if row["outcome"] == "suspended" else "accepted",
            reason=row["reason"],
            batch_id=UUID(row["batch_id"]),
            line=row["kept_line"],
        )
        for row in answered.iter_rows(named=True)
    }
    for row in decoded.rejected.iter_rows(named=True):
        answers[row["line"]] = EventAnswer(None, "rejected", row["reason"], None, None)
    return [answers[line] for line in sorted(answers)]
