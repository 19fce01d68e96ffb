"""Look up what a source sent before: which keys have come, which parts and records still wait.

Taking in, recycling and undoing all ask here, so that each compares a record with the same things.
"""

from collections.abc import Sequence
from uuid import UUID

import polars as pl

from mediation.batch import Batch, SuspendedRecord
from mediation.intake import no_records
from mediation.landing import service as landing
from mediation.normalising import normalise
from mediation.sources import service as sources
from mediation.sources.service import RegisteredSource
from mediation.suspense import service as suspense
from mediation.usage import INSTANT
from tenants.session import TenantSession


def earlier_keys(session: TenantSession, source_id: UUID, records: pl.DataFrame) -> pl.DataFrame:
    """What has been kept from a source under the keys of these records (`OUTCOMES_SCHEMA`)."""
    return pl.concat(
        [
            landing.kept_keys(session, source_id, records),
            suspense.suspended_keys(session, source_id, records),
        ]
    )


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


def release(session: TenantSession, released: pl.DataFrame, batch_id: UUID) -> None:
    """Parts of earlier batches that found their call in this one leave suspense: it has landed."""
    for batch_text, line in released.select("batch_id", "line").iter_rows():
        suspense.release_part(session, UUID(batch_text), line, batch_id)
        landing.move(session, UUID(batch_text), landed=1)


def source_of(session: TenantSession, batch: Batch) -> RegisteredSource:
    """The source that sent a batch."""
    return next(each for each in sources.all_sources(session) if each.id == batch.source_id)
