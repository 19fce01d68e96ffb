"""What became of a sample file that was tried: counts, faults by reason, and the first records."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mediation.conservation import Outcomes
from mediation.draft import ControlTotals


@dataclass(frozen=True, slots=True)
class TriedRecord:
    """One record: as it came, as a draft, as usage, and what would become of it.

    `outcome` is landed, suspended, duplicate or rejected. A rejected record has no draft; of one
    with a fault, `usage` holds what could be read of it.
    """

    line: int
    raw: str
    outcome: str
    reason: str | None = None
    detail: str | None = None
    draft: Mapping[str, str] = field(default_factory=dict)
    usage: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """How many records would be rejected or suspended for one reason."""

    outcome: str
    reason: str
    records: int


@dataclass(frozen=True, slots=True)
class Trial:
    """`refusal` says why the whole file would be quarantined, None where it would not."""

    refusal: str | None
    records: int
    outcomes: Outcomes
    faults: tuple[Fault, ...]
    found: ControlTotals
    declared: ControlTotals | None
    shown: tuple[TriedRecord, ...]
