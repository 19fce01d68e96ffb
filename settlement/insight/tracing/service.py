"""A record as it came, as it landed, and where it was billed (rule R08).

The four times are kept apart: when it happened, when it arrived, the period in which it was billed,
and the period that was corrected with it, where it came too late for its own.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from mediation.tracing import service as tracing
from mediation.tracing.service import Trace
from settlement.insight.tracing import store
from settlement.periods import service as periods
from settlement.periods.service import NoSuchPeriod
from tenants.session import TenantSession


@dataclass(frozen=True, slots=True)
class TracedRecord:
    """A record and the periods that know of it.

    `billed` bears what it cost; `corrected` is its own period, where it came too late for that one;
    `taken_back` bears the reversal, where its file was undone after the bill.
    """

    trace: Trace
    billed: str | None = None
    corrected: str | None = None
    taken_back: str | None = None


def traced(session: TenantSession, batch_id: UUID, line: int) -> TracedRecord:
    """One record of a batch. Raises: NoSuchBatch, NoSuchLine."""
    found = tracing.trace(session, batch_id, line)
    if found.occurred_at is None:
        return TracedRecord(found)
    try:
        own = periods.period_of(session, found.occurred_at)
    except NoSuchPeriod:
        return TracedRecord(found)
    booked = store.booked(session, own.id, batch_id)
    undone_at = found.batch.undone_at
    # A rating before the record landed, or after it was undone, does not bill it.
    billing = [
        code
        for code, rated_at in booked
        if (undone_at is None or rated_at < undone_at)
        and (found.landed_at is None or rated_at >= found.landed_at)
    ]
    if not billing or (found.landed_at is None and undone_at is None):
        return TracedRecord(found)
    return TracedRecord(
        found,
        billed=billing[0],
        corrected=own.code if billing[0] != own.code else None,
        taken_back=_taken_back(booked, undone_at),
    )


def _taken_back(
    booked: Sequence[tuple[str, dt.datetime]], undone_at: dt.datetime | None
) -> str | None:
    if undone_at is None:
        return None
    return next((code for code, rated_at in booked if rated_at >= undone_at), None)
