"""Send waiting records through again, or give them up for a reason.

A set of flows whose template has come is read (`unfolding`). Any other record that waits at
mediation is normalised and sorted out like a record that has just come. A
record that waits at rating has landed; repaired, it lands again under its line and its key, and
rating decides anew. No step changes what is charged: that is the next run's.
"""

from collections.abc import Sequence
from uuid import UUID

import polars as pl

from mediation.batch import SuspendedRecord
from mediation.draft import DOUBTS, no_rejects
from mediation.flow_knowledge import UNKNOWN_TEMPLATE
from mediation.intake import SortedOut, sort_out
from mediation.kept import service as kept
from mediation.landing import service as landing
from mediation.recycling.fates import Waited, fates
from mediation.sources.service import RegisteredSource
from mediation.suspense import service as suspense
from mediation.suspense.recycled import Place, Recycled
from mediation.unfolding import service as unfolding
from mediation.usage import USAGE_SCHEMA
from tenants.session import TenantSession

# What a decoder doubts a person looks at one by one: sent again, nothing in the cells shows it. A
# set of flows is read anew, so it is asked each time.
ONLY_BY_NAME = frozenset(DOUBTS) - {UNKNOWN_TEMPLATE}


def recycle(
    session: TenantSession, only: Sequence[UUID] | None = None
) -> tuple[list[UUID], list[UUID]]:
    """Send waiting records through again; returns those that left suspense and those that wait on.

    Without `only`, all that wait, except those that a person has to look at one by one and
    has not changed. What was given back to who sent it waits on.
    """
    named = None if only is None else frozenset(only)
    waiting = {
        place.id: place.batch_id
        for place in suspense.open_places(session)
        if (_goes_with_all(place) if named is None else place.id in named)
    }
    for batch_id in dict.fromkeys(waiting.values()):
        registered = kept.source_of(session, landing.the_batch(session, batch_id))
        kept.lock(session, registered)
        # A part that found its call with an earlier batch of this very run has left already.
        still = [
            each
            for each in suspense.open_of_batch(session, batch_id)
            if each.id in waiting and each.returned_as is None
        ]
        priced = [record for record in still if record.stage == "rating"]
        taken_in = [record for record in still if record.stage == "mediation"]
        folded = [record for record in taken_in if record.reason == UNKNOWN_TEMPLATE]
        _land_again(session, registered, batch_id, priced)
        _sort_out_again(
            session, registered, batch_id, [each for each in taken_in if each not in folded]
        )
        unfolding.unfold(session, registered, batch_id, folded)
    open_now = {place.id for place in suspense.open_places(session)}
    return (
        [each for each in waiting if each not in open_now],
        [each for each in waiting if each in open_now],
    )


def _goes_with_all(place: Place) -> bool:
    return place.is_repaired or place.reason not in ONLY_BY_NAME


def reject(session: TenantSession, suspense_id: UUID, reason: str) -> SuspendedRecord:
    """Give a waiting record up, for a reason; it is never charged.

    Raises: NoSuchSuspendedRecord, RecordSettled.
    """
    session.explain(reason)
    record = suspense.settle(session, suspense_id, "rejected", reason)
    # At rating the record has landed, and is taken out of what landed.
    landing.move(
        session, record.batch_id, landed=0 if record.stage == "mediation" else -1, rejected=1
    )
    return record


def _land_again(
    session: TenantSession,
    registered: RegisteredSource,
    batch_id: UUID,
    waiting: Sequence[SuspendedRecord],
) -> None:
    repaired = [record for record in waiting if record.is_repaired]
    records = kept.records_of(session, registered, repaired)
    before = landing.usage_of_batch(session, batch_id).select("line", "record_key", "event_id")
    sound = records.filter(pl.col("fault").is_null()).drop("record_key", "event_id")
    landing.land(session, batch_id, sound.join(before, on="line").select(USAGE_SCHEMA.keys()))
    faulty = dict(
        records.filter(pl.col("fault").is_not_null()).select("line", "detail").iter_rows()
    )
    anew = [
        Recycled(each.line, "open", each.reason, faulty[each.line] or "")
        if each.line in faulty
        else Recycled(each.line, "repaired", each.reason, each.detail)
        for each in waiting
    ]
    suspense.settle_again(session, batch_id, anew)


def _sort_out_again(
    session: TenantSession,
    registered: RegisteredSource,
    batch_id: UUID,
    waiting: Sequence[SuspendedRecord],
) -> None:
    if not waiting:
        return
    by_line = {record.line: record for record in sorted(waiting, key=lambda each: each.line)}
    records = kept.records_of(session, registered, list(by_line.values()))
    parts = [
        record
        for record in kept.waiting_parts(session, registered)
        if record.id not in {each.id for each in waiting}
    ]
    own = records.select("batch_id", "line")
    earlier = kept.earlier_keys(session, registered, records)
    result = sort_out(
        str(batch_id),
        records,
        no_rejects(),
        # What waits is not compared with itself, only with what has landed and with the others.
        earlier.join(own, on=["batch_id", "line"], how="anti"),
        kept.records_of(session, registered, parts),
    )
    landing.land(session, batch_id, result.usage)
    _settle(session, batch_id, by_line, result)
    kept.settle_calls(session, batch_id, result)


def _settle(
    session: TenantSession, batch_id: UUID, by_line: dict[int, SuspendedRecord], result: SortedOut
) -> None:
    waited = {line: Waited(record.reason, record.detail) for line, record in by_line.items()}
    anew = fates(result, waited)
    suspense.settle_again(session, batch_id, anew)
    statuses = [each.status for each in anew]
    landing.move(
        session,
        batch_id,
        landed=statuses.count("repaired"),
        rejected=statuses.count("rejected"),
    )
