"""What became of a sample file that was tried: counts, faults by reason, and the first records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from mediation.conservation import Outcomes
from mediation.draft import ControlTotals
from mediation.repairing.rule import Change


@dataclass(frozen=True, slots=True)
class TriedChange:
    """A cell that a standing rule would change; an empty text is a cell that is not there."""

    rule: UUID
    why: str
    target: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TriedRepair:
    """What a standing rule would do: how many records it changes, and how many then wait no more.

    `lines` are the first of those it changes.
    """

    rule: UUID
    change: Change
    why: str
    records: int
    left: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TriedRecord:
    """One record: as it came, as a draft, as usage, and what would become of it.

    `outcome` is landed, suspended, duplicate or rejected. A rejected record has no draft; of one
    with a fault, `usage` holds what could be read of it. `draft` is the record as it came; outcome
    and usage are those after the `repairs`, in the order in which they are made.
    """

    line: int
    raw: str
    outcome: str
    reason: str | None = None
    detail: str | None = None
    draft: Mapping[str, str] = field(default_factory=dict)
    usage: Mapping[str, str] = field(default_factory=dict)
    repairs: tuple[TriedChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """How many records would be rejected or suspended for one reason."""

    outcome: str
    reason: str
    records: int


@dataclass(frozen=True, slots=True)
class Trial:
    """`refusal` says why the whole file would be quarantined, None where it would not.

    Outcomes and faults are those after the `repairs` of the standing rules of the source.
    """

    refusal: str | None
    records: int
    outcomes: Outcomes
    faults: tuple[Fault, ...]
    repairs: tuple[TriedRepair, ...]
    found: ControlTotals
    declared: ControlTotals | None
    shown: tuple[TriedRecord, ...]
