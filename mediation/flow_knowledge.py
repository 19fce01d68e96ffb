"""What exporters of flows have told: templates, and when each was in force; how they sample; boots.

Records of NetFlow v9 and IPFIX are read by templates that may have come in other files of the same
source. Which template counts is decided by the times at which packets were exported, never by the
order in which files arrived: the last one told before a set, else the first one told after it. So
it is with what options tell of the exporter itself (`formats.flow_options`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

UNKNOWN_TEMPLATE = "UNKNOWN_TEMPLATE"

# Version, exporting domain and number: of a template, or below 256 of a fact.
Key = tuple[int, int, int]

# Facts of an exporter: "sampled" or nothing; when it started, in milliseconds since 1970, by its
# options, or by the uptime in its packets.
SAMPLING = 1
BOOT = 2
STARTED = 3
SAMPLED = "sampled"
# Exporters say most times in whole seconds.
SECOND_MS = 1000

GIVEN = "given"
READ = "read"
WANTED = "wanted"


class Told(NamedTuple):
    """Something said of a template or a fact between two exports, in milliseconds since 1970.

    `role` is given (a file holds the template), read (sets of a file were read by it, which the
    file itself had not given before) or wanted (sets wait for a template). `definition` is
    that of `formats.flow_templates`; empty where a template was taken back, or is wanted, and
    where an exporter does not sample or nobody said so.
    """

    role: str
    version: int
    domain: int
    number: int
    definition: str
    first_ms: int
    last_ms: int

    @property
    def key(self) -> Key:
        return (self.version, self.domain, self.number)


class FlowKnowledge(NamedTuple):
    """What other files told, and the lines of sets that are left unread: a person gave them up."""

    told: tuple[Told, ...] = ()
    unread: tuple[int, ...] = ()


NOTHING_TOLD = FlowKnowledge()


def by_key(told: Iterable[Told]) -> Mapping[Key, list[Told]]:
    """The templates that were given, by key."""
    found: dict[Key, list[Told]] = {}
    for each in told:
        if each.role == GIVEN:
            found.setdefault(each.key, []).append(each)
    return found


def said_before(told: Sequence[Told], at_ms: int) -> str | None:
    """The definition in force at an instant; empty where it was taken back, None for none."""
    began = [(min(row.last_ms, at_ms), row.definition) for row in told if row.first_ms <= at_ms]
    return max(began)[1] if began else None


def said_after(told: Sequence[Told], at_ms: int) -> str | None:
    """The first definition given after an instant."""
    later = [(row.first_ms, row.definition) for row in told if row.first_ms > at_ms]
    return min((row for row in later if row[1]), default=(0, None))[1]


def said(told: Sequence[Told], at_ms: int) -> str | None:
    """The definition by which a set exported at this instant is read; None for none."""
    return said_before(told, at_ms) or said_after(told, at_ms)


def believed(key: Key, told: Sequence[Told], at_ms: int) -> str:
    """What holds of a template or a fact at an instant, empty for nothing."""
    if key[2] == SAMPLING:
        return said_before(told, at_ms) or ""
    if key[2] == BOOT:
        boots = [int(row.definition) for row in told]
        latest = max((boot for boot in boots if boot <= at_ms + SECOND_MS), default="")
        return str(latest)
    return said(told, at_ms) or ""


def contradicts(told: Mapping[Key, Sequence[Told]], new: Iterable[Told], read: Told) -> bool:
    """Whether flows that were read by one template are read by another, once these are told too.

    Args:
        told: what was given, without `new`.
        read: the template, and between which exports flows were read by it.
    """
    mine = [row for row in new if row.role == GIVEN and row.key == read.key]
    if all(row.definition == read.definition for row in mine):
        return False
    span = range(read.first_ms, read.last_ms + 1)
    within = {time for row in mine for time in (row.first_ms, row.last_ms) if time in span}
    times = within | {read.first_ms, read.last_ms}
    together = [*told.get(read.key, ()), *mine]
    return any(believed(read.key, together, time) != read.definition for time in sorted(times))
