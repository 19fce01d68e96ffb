"""Show a record as it came beside what was made of it, from the bytes that were kept."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl

from i18n.errors import NotFound
from mediation import service as mediation
from mediation.batch import Batch
from mediation.draft import FIELDS
from mediation.kept import service as kept
from mediation.landing import service as landing
from tenants.session import TenantSession


class NoSuchLine(NotFound):
    """The file {file} has no record at line {line}. Check the line."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A record of a batch: raw, as cells, and as the usage that landed.

    `normalised` is None where nothing of it counts as usage: it waits, was rejected or undone. A
    part of a call shows the call. `landed_at` says when it could first be rated.
    """

    batch: Batch
    line: int
    raw: str
    cells: Mapping[str, str]
    outcome: str
    reason: str | None
    normalised: Mapping[str, Any] | None
    occurred_at: dt.datetime | None
    arrived_at: dt.datetime
    landed_at: dt.datetime | None


def trace(session: TenantSession, batch_id: UUID, line: int) -> Trace:
    """One record of a batch by its line. Raises: NoSuchBatch, NoSuchLine."""
    batch = landing.the_batch(session, batch_id)
    registered = kept.source_of(session, batch)
    drafts, records = mediation.read_lines(session, registered, batch, [line])
    went = landing.outcomes_of_batch(session, batch_id, pl.col("line") == line)
    if drafts.is_empty() and went.is_empty():
        raise NoSuchLine(file=batch.file_name, line=line)
    cells = drafts.row(0, named=True) if drafts.height else {}
    said = went.row(0, named=True) if went.height else {}
    stands_at = said.get("call_line") or line
    usage = landing.usage_of_batch(session, batch_id).filter(pl.col("line") == stands_at)
    landed = usage.row(0, named=True) if usage.height else None
    return Trace(
        batch=batch,
        line=line,
        raw=cells.get("raw") or "",
        cells={name: cells[name] for name in FIELDS if cells.get(name) is not None},
        outcome="undone" if batch.status == "undone" else said.get("outcome") or batch.status,
        reason=said.get("reason"),
        normalised=landed,
        occurred_at=landed["occurred_at"] if landed else _read(records),
        arrived_at=batch.arrived_at,
        landed_at=landing.landed_at(session, batch_id, stands_at) if landed else None,
    )


def _read(records: pl.DataFrame) -> dt.datetime | None:
    found: dt.datetime | None = records["occurred_at"].item() if records.height else None
    return found
