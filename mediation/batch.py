"""A batch: usage that arrived together, and what became of its records."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Batch:
    """The manifest of a batch.

    `status` is landed, quarantined (nothing of it is loaded, `reason` says why), duplicate (the
    same bytes had come under another name) or undone (it was loaded and counts no more). For a
    landed batch, records = landed + rejected + duplicate + suspended. `control_totals` holds what
    was declared and what was found. `sequence` counts in its `stream`, see `sequences`.
    `returned_as` is under which name a quarantined file went back.
    """

    id: UUID
    source_id: UUID
    file_name: str
    sha256: str
    status: str
    reason: str
    sequence: int | None
    records: int
    landed: int
    rejected: int
    duplicate: int
    suspended: int
    control_totals: Mapping[str, Any]
    arrived_at: dt.datetime
    undone_at: dt.datetime | None = None
    returned_as: str | None = None
    stream: str = ""


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """What became of one event: accepted, suspended or rejected, and where it is kept.

    An event that comes again gets the answer of its first time.
    """

    event_id: str | None
    status: str
    reason: str | None
    batch_id: UUID | None
    line: int | None


@dataclass(frozen=True, slots=True)
class SuspendedRecord:
    """A record that cannot go on yet: why, its text as it came, and its cells as text.

    `returned_as` is under which name it was given back to who sent it; None where it was not.
    """

    id: UUID
    batch_id: UUID
    line: int
    stage: str
    reason: str
    detail: str
    raw: str
    fields: Mapping[str, str]
    is_repaired: bool
    status: str
    occurred_at: dt.datetime | None
    suspended_at: dt.datetime
    returned_as: str | None = None
