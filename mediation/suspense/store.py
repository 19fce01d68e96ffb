"""Rows of suspense. A batch of them is copied in as a set."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from mediation.suspense.recycled import Recycled
from tenants.persistence.driver import driver_connection
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class SuspenseRow(Identified, Table):
    """One record and the reason why it waits; `record` has its fields, key and digest."""

    __tablename__ = "suspense"

    batch_id: orm.Mapped[UUID]
    line: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    stage: orm.Mapped[str]
    period_id: orm.Mapped[UUID | None]
    reason: orm.Mapped[str]
    detail: orm.Mapped[str]
    raw: orm.Mapped[str]
    record: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    status: orm.Mapped[str]
    occurred_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))
    suspended_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    settled_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))
    returned_as: orm.Mapped[str | None]
    # The keys by which a record is looked up: what it is now, and what it came as.
    record_key: orm.Mapped[str | None] = orm.mapped_column(
        sa.Text, sa.Computed("record ->> 'record_key'", persisted=True)
    )
    came_key: orm.Mapped[str | None] = orm.mapped_column(
        sa.Text, sa.Computed("record -> 'came' ->> 'record_key'", persisted=True)
    )


COPIED = ("id", "batch_id", "line", "reason", "detail", "raw", "record", "occurred_at")

STAGE = """
    CREATE TEMPORARY TABLE suspense_staged ON COMMIT DROP AS
    SELECT id, batch_id, line, reason, detail, raw, record, occurred_at
    FROM suspense WITH NO DATA
"""

COPY = f"COPY suspense_staged ({', '.join(COPIED)}) FROM STDIN"

# A line that waited before and waits again keeps its row; what was given up stays given up.
KEEP = """
    INSERT INTO suspense (tenant_id, id, batch_id, line, stage, period_id, reason, detail, raw,
        record, status, occurred_at, suspended_at)
    SELECT :tenant, id, batch_id, line, :stage, CAST(:period AS uuid), reason, detail, raw,
        record, 'open', occurred_at, :now
    FROM suspense_staged
    ORDER BY id
    ON CONFLICT (tenant_id, batch_id, line) DO UPDATE SET
        stage = excluded.stage, period_id = excluded.period_id, reason = excluded.reason,
        detail = excluded.detail, record = suspense.record || excluded.record, status = 'open',
        occurred_at = excluded.occurred_at, suspended_at = excluded.suspended_at,
        settled_at = NULL
    WHERE suspense.status <> 'rejected'
"""

SETTLE = """
    UPDATE suspense SET status = :status, settled_at = :now
    FROM unnest(CAST(:batches AS uuid[]), CAST(:lines AS bigint[])) AS named (batch_id, line)
    WHERE suspense.batch_id = named.batch_id AND suspense.line = named.line
        AND suspense.stage = :stage AND suspense.status = 'open'
    RETURNING suspense.id
"""

JOIN_CALL = """
    UPDATE suspense SET status = 'repaired', settled_at = :now,
        record = record || jsonb_build_object('joined', CAST(:joined AS text))
    WHERE batch_id = :batch AND line = :line AND stage = 'mediation' AND status = 'open'
"""

WAIT_AGAIN = """
    UPDATE suspense SET status = 'open', settled_at = NULL, reason = 'INCOMPLETE',
        record = record - 'joined'
    WHERE id = ANY(:records)
"""

WITHDRAW = """
    UPDATE suspense SET status = 'withdrawn', settled_at = :now
    WHERE batch_id = :batch AND status = 'open'
"""

RETURN = """
    UPDATE suspense SET returned_as = :returned_as
    WHERE batch_id = :batch AND line = ANY(:lines)
"""

# A repair may change key and digest. Those under which the record came stay known, or the same
# record sent again would be taken for another one.
SETTLE_AGAIN = """
    UPDATE suspense SET status = anew.status, reason = anew.reason, detail = anew.detail,
        record = record || jsonb_strip_nulls(jsonb_build_object(
            'record_key', anew.record_key, 'payload_digest', anew.payload_digest,
            'came', coalesce(record -> 'came', jsonb_build_object(
                'record_key', record ->> 'record_key',
                'payload_digest', record ->> 'payload_digest')))),
        settled_at = CASE anew.status WHEN 'open' THEN NULL ELSE CAST(:now AS timestamptz) END
    FROM unnest(CAST(:lines AS bigint[]), CAST(:statuses AS text[]), CAST(:reasons AS text[]),
        CAST(:details AS text[]), CAST(:keys AS text[]), CAST(:digests AS text[]))
        AS anew (line, status, reason, detail, record_key, payload_digest)
    WHERE suspense.batch_id = :batch AND suspense.line = anew.line AND suspense.status = 'open'
        AND (suspense.status, suspense.reason, suspense.detail, record ->> 'payload_digest')
            IS DISTINCT FROM (anew.status, anew.reason, anew.detail, anew.payload_digest)
"""


def keep_all(
    session: TenantSession,
    rows: Iterable[Sequence[object]],
    stage: str,
    period_id: UUID | None,
) -> None:
    """Put records into suspense; each row has the columns of COPIED, `record` as JSON text."""
    session.execute(sa.text("DROP TABLE IF EXISTS pg_temp.suspense_staged"))
    session.execute(sa.text(STAGE))
    with driver_connection(session).cursor() as cursor, cursor.copy(COPY) as lines:
        for row in rows:
            lines.write_row(row)
    facts = {
        "tenant": session.tenant_id,
        "stage": stage,
        "period": period_id,
        "now": session.now(),
    }
    session.execute(sa.text(KEEP), facts)
    session.expire_all()


def row_by_id(session: TenantSession, suspense_id: UUID) -> SuspenseRow | None:
    return session.scalars(sa.select(SuspenseRow).where(SuspenseRow.id == suspense_id)).first()


def rows(
    session: TenantSession,
    *,
    status: str | None = None,
    stage: str | None = None,
    reason: str | None = None,
    batch_ids: Sequence[UUID] | None = None,
    source_id: UUID | None = None,
    after: UUID | None = None,
    limit: int | None = None,
) -> list[SuspenseRow]:
    """Rows in the order in which they were put here."""
    query = sa.select(SuspenseRow).order_by(SuspenseRow.id)
    for column, value in (("status", status), ("stage", stage), ("reason", reason)):
        if value is not None:
            query = query.where(getattr(SuspenseRow, column) == value)
    if batch_ids is not None:
        query = query.where(SuspenseRow.batch_id.in_(batch_ids))
    if source_id is not None:
        query = query.where(_is_from(source_id))
    if after is not None:
        query = query.where(SuspenseRow.id > after)
    return list(session.scalars(query.limit(limit)))


def open_places(
    session: TenantSession, stage: str | None
) -> list[tuple[UUID, UUID, str, bool, bool]]:
    """Id, batch, reason, whether a cell was changed and whether it was given back.

    In the order of arrival in suspense.
    """
    changed = SuspenseRow.record.has_key("as_it_came")
    returned = SuspenseRow.returned_as.is_not(None)
    query = sa.select(SuspenseRow.id, SuspenseRow.batch_id, SuspenseRow.reason, changed, returned)
    if stage is not None:
        query = query.where(SuspenseRow.stage == stage)
    found = session.execute(query.where(SuspenseRow.status == "open").order_by(SuspenseRow.id))
    return [
        (identity, batch_id, reason, is_repaired, is_returned)
        for identity, batch_id, reason, is_repaired, is_returned in found
    ]


def counts(session: TenantSession) -> list[tuple[str, str, int]]:
    """Open records by stage and reason."""
    query = (
        sa.select(SuspenseRow.stage, SuspenseRow.reason, sa.func.count())
        .where(SuspenseRow.status == "open")
        .group_by(SuspenseRow.stage, SuspenseRow.reason)
        .order_by(SuspenseRow.stage, SuspenseRow.reason)
    )
    return [(stage, reason, count) for stage, reason, count in session.execute(query)]


def settle_lines(
    session: TenantSession, lines: Iterable[tuple[UUID, int]], status: str, stage: str
) -> int:
    """Close open rows by batch and line; how many were open."""
    named = list(lines)
    facts = {
        "batches": [batch_id for batch_id, _ in named],
        "lines": [line for _, line in named],
        "status": status,
        "stage": stage,
        "now": session.now(),
    }
    settled = session.execute(sa.text(SETTLE), facts).all()
    session.expire_all()
    return len(settled)


def join_call(session: TenantSession, batch_id: UUID, line: int, joined: UUID) -> None:
    """Close the row of a part whose call is whole, and say where."""
    facts = {"batch": batch_id, "line": line, "joined": joined, "now": session.now()}
    session.execute(sa.text(JOIN_CALL), facts)
    session.expire_all()


def joined_parts(
    session: TenantSession, joined: UUID | None, batch_id: UUID | None
) -> list[tuple[UUID, UUID, int, str, UUID]]:
    """Id, batch, line, call and the batch that has the call, of parts that found theirs."""
    place = SuspenseRow.record["joined"].astext
    call_id = SuspenseRow.record["fields"]["call_id"].astext
    query = sa.select(SuspenseRow.id, SuspenseRow.batch_id, SuspenseRow.line, call_id, place)
    query = query.where(SuspenseRow.status == "repaired", place.is_not(None))
    if joined is not None:
        query = query.where(place == str(joined))
    if batch_id is not None:
        query = query.where(SuspenseRow.batch_id == batch_id)
    found = session.execute(query.order_by(SuspenseRow.id))
    return [
        (identity, batch, line, call, UUID(where)) for identity, batch, line, call, where in found
    ]


def repaired_parts(
    session: TenantSession, batch_id: UUID, call_id: str
) -> list[tuple[UUID, UUID, str]]:
    """Parts of a call that waited in a batch and landed there."""
    record = SuspenseRow.record
    query = sa.select(SuspenseRow.id, SuspenseRow.batch_id, SuspenseRow.reason).where(
        SuspenseRow.batch_id == batch_id,
        SuspenseRow.stage == "mediation",
        SuspenseRow.status == "repaired",
        record["joined"].astext.is_(None),
        record["fields"]["call_id"].astext == call_id,
    )
    found = session.execute(query.order_by(SuspenseRow.id))
    return [(identity, batch, reason) for identity, batch, reason in found]


def wait_again(session: TenantSession, records: Sequence[UUID]) -> None:
    """Open the rows of parts whose call is no longer whole."""
    session.execute(sa.text(WAIT_AGAIN), {"records": list(records)})
    session.expire_all()


def withdraw(session: TenantSession, batch_id: UUID) -> None:
    """Close what waits of a batch that counts no more."""
    session.execute(sa.text(WITHDRAW), {"batch": batch_id, "now": session.now()})
    session.expire_all()


def open_at_rating(session: TenantSession, period_id: UUID) -> list[tuple[UUID, int]]:
    """Batch and line of usage of a period that waits for a price and was not given back."""
    row = SuspenseRow
    query = sa.select(row.batch_id, row.line).where(
        row.stage == "rating",
        row.status == "open",
        row.returned_as.is_(None),
        row.period_id == period_id,
    )
    return [(batch_id, line) for batch_id, line in session.execute(query)]


def given_up(session: TenantSession) -> list[tuple[UUID, int]]:
    """Batch and line of landed usage that is rated no more, or not while it is given back."""
    row = SuspenseRow
    returned = sa.and_(row.status == "open", row.returned_as.is_not(None))
    query = sa.select(row.batch_id, row.line).where(
        row.stage == "rating", sa.or_(row.status == "rejected", returned)
    )
    return [(batch_id, line) for batch_id, line in session.execute(query)]


def mark_returned(
    session: TenantSession, batch_id: UUID, lines: Sequence[int], returned_as: str | None
) -> None:
    """Say under which name records were given back; None: they are ours again."""
    facts = {"batch": batch_id, "lines": list(lines), "returned_as": returned_as}
    session.execute(sa.text(RETURN), facts)
    session.expire_all()


def returned_lines(session: TenantSession, source_id: UUID) -> list[tuple[UUID, int]]:
    """Batch and line of what was given back to a source."""
    row = SuspenseRow
    query = sa.select(row.batch_id, row.line).where(
        row.returned_as.is_not(None), _is_from(source_id)
    )
    return [(batch_id, line) for batch_id, line in session.execute(query)]


def returned_in(session: TenantSession, batch_id: UUID) -> str | None:
    """Under which name something of a batch was given back; None where nothing was."""
    row = SuspenseRow
    query = sa.select(sa.func.max(row.returned_as)).where(row.batch_id == batch_id)
    return session.scalar(query)


def settle_again(session: TenantSession, batch_id: UUID, anew: Sequence[Recycled]) -> None:
    """Write down what became of recycled records of a batch, all of them at once."""
    facts = {
        "batch": batch_id,
        "lines": [each.line for each in anew],
        "statuses": [each.status for each in anew],
        "reasons": [each.reason for each in anew],
        "details": [each.detail for each in anew],
        "keys": [each.record_key for each in anew],
        "digests": [each.payload_digest for each in anew],
        "now": session.now(),
    }
    session.execute(sa.text(SETTLE_AGAIN), facts)
    session.expire_all()


def _is_from(source_id: UUID) -> sa.ColumnElement[bool]:
    """Whether a record came from a source, in a batch that counts."""
    batches = sa.table(
        "batches", sa.column("id", sa.Uuid), sa.column("source_id", sa.Uuid), sa.column("status")
    ).c
    counted = sa.select(batches.id).where(
        batches.source_id == source_id, batches.status != "undone"
    )
    return SuspenseRow.batch_id.in_(counted)


def records_of(session: TenantSession, source_id: UUID, most: int) -> int:
    """How many records of a source wait or have waited, counted no further than to `most`."""
    some = sa.select(SuspenseRow.id).where(_is_from(source_id)).limit(most).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def keys_of_batch(session: TenantSession, batch_id: UUID) -> set[str]:
    """Keys of records of a batch that count."""
    return {key for _, _, _, _, key, _ in _keys(session, SuspenseRow.batch_id == batch_id)}


def keys_among(
    session: TenantSession, source_id: UUID, wanted: Sequence[str] | None = None
) -> list[tuple[UUID, int, bool, str, str, str]]:
    """Batch, line, whether it waits at mediation, reason, key and digest of records that count.

    Of this source, and with these keys where some are named. A repaired record has a row for what
    it is and one for what it came as.
    """
    return _keys(session, _is_from(source_id), wanted)


def _keys(
    session: TenantSession, whose: sa.ColumnElement[bool], wanted: Sequence[str] | None = None
) -> list[tuple[UUID, int, bool, str, str, str]]:
    """A record that was rejected at mediation does not count: a better one may come instead."""
    record = SuspenseRow.record
    at_mediation = SuspenseRow.stage == "mediation"
    named = sa.bindparam("wanted", list(wanted or ()), ARRAY(sa.Text))

    def known_as(key: orm.InstrumentedAttribute[str | None], place: Any) -> sa.Select[Any]:
        query = sa.select(
            SuspenseRow.batch_id,
            SuspenseRow.line,
            sa.and_(at_mediation, SuspenseRow.status == "open"),
            SuspenseRow.reason,
            key,
            place["payload_digest"].astext,
        ).where(
            whose,
            key.is_not(None),
            sa.not_(sa.and_(at_mediation, SuspenseRow.status == "rejected")),
        )
        return query if wanted is None else query.where(key == sa.any_(named))

    query = sa.union(
        known_as(SuspenseRow.record_key, record),
        known_as(SuspenseRow.came_key, record["came"]),
    )
    return [tuple(row) for row in session.execute(query)]
