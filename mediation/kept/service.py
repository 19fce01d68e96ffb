"""Look up what came before: which keys, and which parts and records still wait.

Taking in, recycling and undoing all ask here, so that each compares a record with the same things.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import polars as pl

from mediation.assembling import INCOMPLETE
from mediation.batch import Batch, SuspendedRecord
from mediation.intake import SortedOut, no_records
from mediation.landing import service as landing
from mediation.normalising import normalise
from mediation.sources import service as sources
from mediation.sources.service import RegisteredSource
from mediation.suspense import service as suspense
from mediation.usage import INSTANT
from tenants.session import TenantSession


def lock(session: TenantSession, registered: RegisteredSource) -> None:
    """Let one batch in at a time among all sources whose ids this one shares."""
    if registered.source.id_scope == "tenant":
        # Before its own lock, so that no two of them wait for one another.
        landing.lock_source(session, session.tenant_id)
    landing.lock_source(session, registered.id)


def sharing_ids(session: TenantSession, registered: RegisteredSource) -> list[RegisteredSource]:
    """The sources among which an id of this one is one event (rule R01); itself comes first."""
    if registered.source.id_scope == "source":
        return [registered]
    others = [
        each
        for each in sources.all_sources(session)
        if each.source.id_scope == "tenant" and each.id != registered.id
    ]
    return [registered, *others]


def earlier_keys(
    session: TenantSession, registered: RegisteredSource, records: pl.DataFrame
) -> pl.DataFrame:
    """What has been kept under the keys of these records (`OUTCOMES_SCHEMA`).

    From the source itself, and under their ids from those that share ids with it.
    """
    own, *others = sharing_ids(session, registered)
    found = [_kept_from(session, own.id, records)]
    named = records.filter("has_id") if others else records
    found += [_kept_from(session, each.id, named) for each in others]
    return pl.concat(found)


def _kept_from(session: TenantSession, source_id: UUID, records: pl.DataFrame) -> pl.DataFrame:
    """What was given back stands in nobody's way: the record comes again, corrected."""
    found = pl.concat(
        [
            landing.kept_keys(session, source_id, records),
            suspense.suspended_keys(session, source_id, records),
        ]
    )
    if found.is_empty():
        return found
    returned = suspense.returned_lines(session, source_id)
    return found.join(returned, on=["batch_id", "line"], how="anti", maintain_order="left")


def waiting_parts(session: TenantSession, registered: RegisteredSource) -> list[SuspendedRecord]:
    """Parts of calls from this source that wait for other parts."""
    return suspense.waiting_parts(session, registered.id)


def records_of(
    session: TenantSession, registered: RegisteredSource, waiting: Sequence[SuspendedRecord]
) -> pl.DataFrame:
    """Suspended records, normalised anew under the batches in which they came."""
    if not waiting:
        return no_records()
    arrived = {
        batch_id: landing.the_batch(session, batch_id).arrived_at
        for batch_id in dict.fromkeys(record.batch_id for record in waiting)
    }
    read = normalise(suspense.as_text(waiting), registered.source, "", session.now())
    return read.with_columns(
        batch_id=pl.Series([str(record.batch_id) for record in waiting]),
        arrived_at=pl.Series([arrived[record.batch_id] for record in waiting], dtype=INSTANT),
    )


def settle_calls(session: TenantSession, batch_id: UUID, result: SortedOut) -> None:
    """Let parts leave suspense that found their call: in this batch or, if stated, before it.

    The batch has landed, and what waits of it stands in suspense.
    """
    for batch_text, line in result.released.select("batch_id", "line").iter_rows():
        _release(session, UUID(batch_text), line, batch_id)
    if result.stated.height:
        landing.remember_stated(session, batch_id, result.stated)
    if (result.suspended["reason"] == INCOMPLETE).any():
        source_id = landing.the_batch(session, batch_id).source_id
        waiting = suspense.waiting_parts(session, source_id)
        late = {
            each.line: str(each.fields["call_id"]) for each in waiting if each.batch_id == batch_id
        }
        for line, holder in set_aside(session, source_id, late).items():
            _release(session, batch_id, line, holder)


def set_aside(
    session: TenantSession, source_id: UUID, late: Mapping[int, str]
) -> Mapping[int, UUID]:
    """Which of these parts need not wait, for the figures of their call were stated before.

    Args:
        late: the call ids of incomplete parts, by their lines.

    Returns: the batch that has the call, by line.
    """
    holders = landing.stated_calls(session, source_id, sorted(set(late.values())))
    return {line: holders[call_id] for line, call_id in late.items() if call_id in holders}


def _release(session: TenantSession, batch_id: UUID, line: int, holder: UUID) -> None:
    suspense.release_part(session, batch_id, line, holder)
    landing.move(session, batch_id, landed=1)


def source_of(session: TenantSession, batch: Batch) -> RegisteredSource:
    """The source that sent a batch."""
    return next(each for each in sources.all_sources(session) if each.id == batch.source_id)
