"""Take calls apart that a batch has a part in: its own part goes, the others wait again.

A call belongs to the batch that completed it. So the batch may hold calls with parts of other
batches, and may have given parts to calls that other batches hold; from those the call is taken.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

import polars as pl

from mediation import service as collecting
from mediation.assembling import INCOMPLETE
from mediation.landing import service as landing
from mediation.recycling import service as recycling
from mediation.sources.service import RegisteredSource
from mediation.suspense import service as suspense
from mediation.suspense.recycled import JoinedPart
from tenants.session import TenantSession


def take_apart(
    session: TenantSession, registered: RegisteredSource, batch_id: UUID
) -> frozenset[UUID]:
    """Let the parts of other batches wait again, and end what waits of this one.

    Returns the batches whose calls were taken apart: one that stated the figures of the whole call
    needs no other part, so what waits of them now has to go through again.
    """
    given = suspense.joined_parts(session, batch_id=batch_id)
    _wait_again(session, suspense.joined_parts(session, joined=batch_id))
    elsewhere = {(part.joined, part.call_id) for part in given if part.joined != batch_id}
    for holder, call_id in sorted(elsewhere):
        _take_call(session, registered, holder, call_id, batch_id)
    suspense.withdraw(session, batch_id)
    return frozenset(holder for holder, _ in elsewhere)


def put_together(session: TenantSession, holders: Collection[UUID]) -> None:
    """Send parts that wait in these batches through again, now that the undone batch is gone."""
    places = suspense.open_places(session, "mediation")
    parts = [each.id for each in places if each.batch_id in holders and each.reason == INCOMPLETE]
    if parts:
        recycling.recycle(session, parts)


def _take_call(
    session: TenantSession,
    registered: RegisteredSource,
    holder: UUID,
    call_id: str,
    undone: UUID,
) -> None:
    usage = landing.usage_of_batch(session, holder)
    lines = usage.filter(pl.col("record_key") == call_id)["line"].to_list()
    landing.take_back(session, holder, lines)
    joined = suspense.joined_parts(session, joined=holder)
    _wait_again(
        session,
        (part for part in joined if part.call_id == call_id and part.batch_id != undone),
    )
    own = suspense.repaired_parts(session, holder, call_id)
    suspense.wait_again(session, [part.id for part in own])
    landing.move(session, holder, landed=-len(own))
    _suspend_own(session, registered, holder, lines)


def _suspend_own(
    session: TenantSession, registered: RegisteredSource, holder: UUID, call_lines: list[int]
) -> None:
    """Parts that landed as they came are read again from their file, to wait like any other."""
    is_part = pl.col("call_line").is_in(call_lines) & (pl.col("outcome") == "landed")
    landed = landing.outcomes_of_batch(session, holder, is_part)
    if landed.is_empty():
        return
    batch = landing.the_batch(session, holder)
    drafts, records = collecting.read_lines(session, registered, batch, landed["line"].to_list())
    waiting = records.select(
        "batch_id",
        "line",
        "record_key",
        "payload_digest",
        "occurred_at",
        reason=pl.lit(INCOMPLETE),
        detail=pl.format("part {} of call {} waits for the others", "part", "call_id"),
    )
    suspense.suspend(session, waiting, drafts)
    landing.replace_outcomes(
        session,
        holder,
        landed.with_columns(
            outcome=pl.lit("suspended"),
            reason=pl.lit(INCOMPLETE),
            call_line=pl.lit(None, pl.Int64),
        ),
    )


def _wait_again(session: TenantSession, parts: Iterable[JoinedPart]) -> None:
    named = list(parts)
    suspense.wait_again(session, [part.id for part in named])
    for part in named:
        landing.move(session, part.batch_id, landed=-1)
