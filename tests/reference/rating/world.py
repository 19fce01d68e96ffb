"""What rating knows besides the usage, and what it gives back: plain tables in, parts out."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Plain = dict[str, Any]

CHARGE, ALLOWANCE, MINIMUM, COMBINATION = "charge", "allowance", "minimum", "combination"


def local(instant: datetime, zone: str) -> datetime:
    """What the clock of a zone shows; seconds are not cut finer."""
    assert instant.tzinfo is UTC
    return instant.replace(microsecond=0).astimezone(ZoneInfo(zone))


class Id(NamedTuple):
    """An id is unique within its source (rule R01)."""

    source: str
    key: str


class Part(NamedTuple):
    """A row of a charge; amounts are exact. `pool` is an allowance's code and month granted."""

    source: str
    record: str
    side: str
    balance: str
    agreement: str
    destination: str | None
    band: str | None
    case: str | None
    covered_by: str
    pool: str | None
    free: int
    billed: int
    amount: Fraction
    set_aside: Fraction | None = None


@dataclass
class World:
    """Tables by the names of their READMEs; days are texts, instants are datetimes.

    `decks` and `zone_plans` are rows by code, `holidays` days by calendar.
    """

    tariffs: list[Plain]
    subscriptions: list[Plain] = field(default_factory=list)
    trunks: list[Plain] = field(default_factory=list)
    decks: dict[str, list[Plain]] = field(default_factory=dict)
    zone_plans: dict[str, list[Plain]] = field(default_factory=dict)
    ported: list[Plain] = field(default_factory=list)
    holidays: dict[str, list[str]] = field(default_factory=dict)
    openings: list[Plain] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accounts: dict[Any, list[Plain]] = defaultdict(list)
        for row in self.subscriptions:
            self.accounts[row["identifier"]].append(row)
        self.lines: dict[Any, list[Plain]] = defaultdict(list)
        for row in self.trunks:
            self.lines[row["trunk"], row["direction"]].append(row)
        self.routes: dict[str, list[Plain]] = defaultdict(list)
        for row in self.ported:
            self.routes[row["number"]].append(row)
        # What was looked up before, since the same is asked at each minute of each call.
        self.seen: dict[Any, Any] = {}


@dataclass
class Leg:
    """One side of an event: who pays, and by which section of which version."""

    record: Plain
    side: str
    balance: str
    agreement: str
    row: Plain
    version: Plain
    kind: str
    section: Plain
    case: str | None = None
    zone: str | None = None

    @cached_property
    def start(self) -> datetime:
        """What the clock of whoever pays shows when it begins (rule R18)."""
        return local(self.record["occurred_at"], self.row["zone"])

    @property
    def section_name(self) -> str:
        """A case counts for itself."""
        return self.kind if self.case is None else f"{self.kind}, {self.case}"

    @property
    def units(self) -> int:
        """Seconds of a call, what the quantity counts of anything else."""
        return self.record["duration_seconds" if self.kind.startswith("voice") else "quantity"]
