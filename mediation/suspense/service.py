"""Put records into suspense, look at them, repair them, settle them.

A record keeps its text as it came (`raw`) and its cells as text (`fields`). A repair changes cells
and nothing else; whether the record can then go on is decided by `mediation.service.recycle`, by
the same rules as for every other record.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from uuid import UUID

import polars as pl

from i18n.errors import Conflict, Invalid, NotFound
from mediation.assembling import INCOMPLETE
from mediation.batch import SuspendedRecord
from mediation.draft import DRAFT_SCHEMA, FIELDS, as_drafts
from mediation.intake import OUTCOMES_SCHEMA
from mediation.numbers import SHORT_CODE_DIGITS_MAX
from mediation.suspense import store
from mediation.suspense.recycled import JoinedPart, Place, Recycled
from mediation.usage import USAGE_SCHEMA
from tenants.session import TenantSession
from tenants.web.paging import BadCursor

RAW_KEPT_MAX = 4_000
# So many keys are asked for at a time; they go to the database as one value.
KEYS_ASKED = 20_000


class NoSuchSuspendedRecord(NotFound):
    """There is no record {record} in suspense. Check the identifier."""


class RecordSettled(Conflict):
    """Record {record} has left suspense as {status}. Nothing is left to do."""


class RecordReturned(Conflict):
    """Record {record} was given back as {returned_as}. Take that return back first."""


class UnknownField(Invalid):
    """A record has no field {field}. Use one of {known}."""


def suspend(session: TenantSession, suspended: pl.DataFrame, drafts: pl.DataFrame) -> None:
    """Put records of a batch into suspense.

    Args:
        suspended: `intake.SUSPENDED_SCHEMA`.
        drafts: the drafts of the batch, among them those of the suspended lines.
    """
    if suspended.is_empty():
        return
    told = suspended.join(drafts, on="line", how="left", suffix="_text", maintain_order="left")
    rows = [
        (
            identity,
            UUID(row["batch_id"]),
            row["line"],
            row["reason"],
            row["detail"] or "",
            (row["raw"] or "")[:RAW_KEPT_MAX],
            json.dumps(
                {
                    "fields": _fields_of(row),
                    "record_key": row["record_key"],
                    "payload_digest": row["payload_digest"],
                }
            ),
            row["occurred_at"],
        )
        for identity, row in zip(
            session.ids.many(told.height), told.iter_rows(named=True), strict=True
        )
    ]
    store.keep_all(session, rows, "mediation", None)


def _fields_of(row: Mapping[str, object]) -> dict[str, object]:
    texts = {name: row.get(f"{name}_text", row.get(name)) for name in FIELDS}
    return {name: text for name, text in texts.items() if text is not None}


def suspend_at_rating(session: TenantSession, suspended: pl.DataFrame, period_id: UUID) -> None:
    """Put landed usage into suspense, because it cannot be priced.

    Args:
        suspended: batch_id, line, reason, detail (may be null) and the columns of usage.
    """
    columns = [name for name in USAGE_SCHEMA if name in suspended.columns]
    shown = suspended.with_columns(
        pl.col(name).cast(pl.String).alias(f"{name}_text") for name in columns if name in FIELDS
    )
    rows = [
        (
            identity,
            UUID(row["batch_id"]),
            row["line"],
            row["reason"],
            row.get("detail") or "",
            "",
            json.dumps({"fields": _written_out(row)}),
            row.get("occurred_at"),
        )
        for identity, row in zip(
            session.ids.many(shown.height), shown.iter_rows(named=True), strict=True
        )
    ]
    store.keep_all(session, rows, "rating", period_id)


def _written_out(row: Mapping[str, object]) -> dict[str, object]:
    texts = {name: row.get(f"{name}_text") for name in FIELDS}
    for name in ("a_number", "b_number"):
        # Digits of E.164 are marked as such, so that no country reads them as its own.
        if str(texts[name]).isdigit() and len(str(texts[name])) > SHORT_CODE_DIGITS_MAX:
            texts[name] = f"+{texts[name]}"
    if texts["reading"] is not None:
        # Its quantity follows from the readings, and is nothing that a person can repair.
        del texts["quantity"]
    return {name: text for name, text in texts.items() if text is not None}


def release_from_rating(session: TenantSession, lines: Iterable[tuple[UUID, int]]) -> int:
    """Usage that has been priced since leaves suspense; returns how many records did."""
    return store.settle_lines(session, lines, "repaired", "rating")


def open_at_rating(session: TenantSession, period_id: UUID) -> list[tuple[UUID, int]]:
    """Batch and line of usage of a period that waits for a price, and was not given back."""
    return store.open_at_rating(session, period_id)


def given_up(session: TenantSession) -> pl.DataFrame:
    """Batch and line of landed usage that is rated no more: given up, or given back."""
    return _as_lines(store.given_up(session))


def give_back(
    session: TenantSession, batch_id: UUID, lines: Sequence[int], returned_as: str
) -> None:
    """Records go back to who sent them, under a name; until they are ours again they wait."""
    store.mark_returned(session, batch_id, lines, returned_as)


def take_back(session: TenantSession, batch_id: UUID, lines: Sequence[int]) -> None:
    """Records that had been given back are ours again."""
    store.mark_returned(session, batch_id, lines, None)


def returned_lines(session: TenantSession, source_id: UUID) -> pl.DataFrame:
    """Batch and line of what was given back to a source, waiting or given up since."""
    return _as_lines(store.returned_lines(session, source_id))


def returned_in(session: TenantSession, batch_id: UUID) -> str | None:
    """Under which name something of a batch was given back; None where nothing was."""
    return store.returned_in(session, batch_id)


def _as_lines(lines: Iterable[tuple[UUID, int]]) -> pl.DataFrame:
    schema = {name: USAGE_SCHEMA[name] for name in ("batch_id", "line")}
    return pl.DataFrame(
        [(str(batch_id), line) for batch_id, line in lines], schema=schema, orient="row"
    )


def release_part(session: TenantSession, batch_id: UUID, line: int, joined: UUID) -> None:
    """A part that found its call leaves suspense; `joined` is the batch that has the call."""
    store.join_call(session, batch_id, line, joined)


def joined_parts(
    session: TenantSession, *, joined: UUID | None = None, batch_id: UUID | None = None
) -> list[JoinedPart]:
    """Parts that found their call in a batch, or parts of a batch that found theirs elsewhere."""
    return [JoinedPart(*row) for row in store.joined_parts(session, joined, batch_id)]


def repaired_parts(session: TenantSession, batch_id: UUID, call_id: str) -> list[Place]:
    """Parts of a call that waited in a batch and found the call there."""
    return [Place(*row) for row in store.repaired_parts(session, batch_id, call_id)]


def wait_again(session: TenantSession, records: Sequence[UUID]) -> None:
    """Parts whose call is no longer whole wait again."""
    store.wait_again(session, records)


def withdraw(session: TenantSession, batch_id: UUID) -> None:
    """The records of a batch that counts no more wait no more."""
    store.withdraw(session, batch_id)


def reused_ids(session: TenantSession, batch_id: UUID, keys: Set[str]) -> list[SuspendedRecord]:
    """Records of a batch that wait because their id came before, where it is one of these."""
    return [
        _record(row)
        for row in store.rows(session, status="open", reason="ID_REUSED", batch_ids=[batch_id])
        if row.record.get("record_key") in keys and row.returned_as is None
    ]


def open_suspense(
    session: TenantSession,
    *,
    stage: str | None = None,
    reason: str | None = None,
    after: UUID | None = None,
    limit: int | None = None,
) -> list[SuspendedRecord]:
    """Records that wait, in the order in which they were put here, after the one named."""
    found = store.rows(session, status="open", stage=stage, reason=reason, after=after, limit=limit)
    return [_record(row) for row in found]


def open_places(session: TenantSession, stage: str | None = None) -> list[Place]:
    """Which records wait, at a stage or at all, in which batch and why, without their content."""
    return [Place(*row) for row in store.open_places(session, stage)]


def id_from(text: str) -> UUID:
    """The id in a cursor.

    Raises: BadCursor.
    """
    try:
        return UUID(text)
    except ValueError:
        raise BadCursor from None


def open_counts(session: TenantSession) -> list[tuple[str, str, int]]:
    """How many records wait, by stage and reason."""
    return store.counts(session)


def the_record(session: TenantSession, suspense_id: UUID) -> SuspendedRecord:
    """One record, waiting or settled.

    Raises: NoSuchSuspendedRecord.
    """
    return _record(_row(session, suspense_id))


def repair(
    session: TenantSession, suspense_id: UUID, changes: Mapping[str, str | None], reason: str
) -> SuspendedRecord:
    """Change cells of a waiting record; None empties a cell. The audit carries the reason.

    Raises: NoSuchSuspendedRecord, RecordSettled, RecordReturned, UnknownField.
    """
    row = _open_row(session, suspense_id)
    if row.returned_as is not None:
        raise RecordReturned(record=suspense_id, returned_as=row.returned_as)
    for name in changes:
        if name not in FIELDS:
            raise UnknownField(field=name, known=", ".join(FIELDS))
    session.explain(reason)
    kept = row.record["fields"] | dict(changes)
    row.record = row.record | {
        "fields": {name: text for name, text in kept.items() if text is not None},
        "as_it_came": row.record.get("as_it_came", row.record["fields"]),
    }
    session.flush()
    return _record(row)


def settle(
    session: TenantSession, suspense_id: UUID, status: str, detail: str | None = None
) -> SuspendedRecord:
    """Take a record out of suspense as repaired or rejected.

    Raises: NoSuchSuspendedRecord, RecordSettled.
    """
    row = _open_row(session, suspense_id)
    row.status = status
    row.settled_at = session.now()
    if detail is not None:
        row.detail = detail
    session.flush()
    return _record(row)


def settle_again(session: TenantSession, batch_id: UUID, anew: Sequence[Recycled]) -> None:
    """Write down what became of recycled records of a batch."""
    store.settle_again(session, batch_id, anew)


def open_of_batch(session: TenantSession, batch_id: UUID) -> list[SuspendedRecord]:
    """The records of a batch that wait."""
    return [_record(row) for row in store.rows(session, status="open", batch_ids=[batch_id])]


def waiting_parts(session: TenantSession, source_id: UUID) -> list[SuspendedRecord]:
    """Parts of calls from this source that wait for other parts and were not given back."""
    found = store.rows(
        session, status="open", stage="mediation", reason=INCOMPLETE, source_id=source_id
    )
    return [_record(row) for row in found if row.returned_as is None]


def as_text(records: Sequence[SuspendedRecord]) -> pl.DataFrame:
    """The drafts of suspended records, in the order given."""
    rows = [{"line": each.line, "raw": each.raw, **each.fields} for each in records]
    schema = {name: DRAFT_SCHEMA[name] for name in ("line", "raw", *FIELDS)}
    return as_drafts(pl.DataFrame(rows, schema=schema))


def suspended_keys(session: TenantSession, source_id: UUID, records: pl.DataFrame) -> pl.DataFrame:
    """Records from this source that wait, or have landed after repair, under the keys of these.

    Returns `intake.OUTCOMES_SCHEMA`.
    """
    wanted = records["record_key"].drop_nulls()
    rows = [
        {
            "batch_id": str(batch_id),
            "line": line,
            "outcome": "suspended" if waits else "landed",
            "reason": reason if waits else None,
            "record_key": key,
            "payload_digest": digest,
        }
        for batch_id, line, waits, reason, key, digest in _rows_among(session, source_id, wanted)
    ]
    found = pl.DataFrame(rows, schema=OUTCOMES_SCHEMA)
    # What waits is less than what came.
    same = wanted.filter(wanted.is_in(found["record_key"].implode()))
    return found.filter(pl.col("record_key").is_in(same.implode()))


def _rows_among(
    session: TenantSession, source_id: UUID, wanted: pl.Series
) -> Iterator[tuple[UUID, int, bool, str, str, str]]:
    """All rows of a source, where they are fewer than the keys; else those with one of the keys."""
    known = store.records_of(session, source_id, len(wanted))
    if known < len(wanted):
        # Of most sources nothing waits, so there is nothing more to ask.
        yield from store.keys_among(session, source_id) if known else ()
        return
    wanted = wanted.unique()
    for first in range(0, len(wanted), KEYS_ASKED):
        asked = wanted[first : first + KEYS_ASKED].to_list()
        yield from store.keys_among(session, source_id, asked)


def keys_of_batch(session: TenantSession, batch_id: UUID) -> frozenset[str]:
    """Keys of records of a batch that wait, or have landed after repair."""
    return frozenset(store.keys_of_batch(session, batch_id))


def _open_row(session: TenantSession, suspense_id: UUID) -> store.SuspenseRow:
    row = _row(session, suspense_id)
    if row.status != "open":
        raise RecordSettled(record=suspense_id, status=row.status)
    return row


def _row(session: TenantSession, suspense_id: UUID) -> store.SuspenseRow:
    row = store.row_by_id(session, suspense_id)
    if row is None:
        raise NoSuchSuspendedRecord(record=suspense_id)
    return row


def _record(row: store.SuspenseRow) -> SuspendedRecord:
    return SuspendedRecord(
        id=row.id,
        batch_id=row.batch_id,
        line=row.line,
        stage=row.stage,
        reason=row.reason,
        detail=row.detail,
        raw=row.raw,
        fields=row.record["fields"],
        is_repaired="as_it_came" in row.record,
        status=row.status,
        occurred_at=row.occurred_at,
        suspended_at=row.suspended_at,
        returned_as=row.returned_as,
    )
