"""Reads the data records of export packets by templates that may stand anywhere in the file."""

from bisect import bisect_right
from collections.abc import Mapping
from itertools import chain
from typing import NamedTuple

from mediation.formats.flow_drafts import MILLISECONDS_MAX, FlowRows
from mediation.formats.flow_packets import (
    DATA_SET_FIRST,
    TEMPLATE_SETS,
    V5,
    V9,
    BrokenFlows,
    FlowSet,
    Packet,
)
from mediation.formats.flow_templates import (
    NAMES,
    RECORD_V5,
    Record,
    Template,
    records,
    templates,
)
from mediation.formats.lines import RAW_SHOWN_MAX

TEMPLATES_MAX = 10_000

# Version and exporting domain; and with a template's number.
Domain = tuple[int, int]
Key = tuple[int, int, int]


class KnownTemplates(NamedTuple):
    """The templates that were given one number, in file order, and where each was given."""

    places: list[int]
    templates: list[Template]

    def at(self, place: int) -> Template | None:
        """The last one before this place, else the first one after it."""
        before = bisect_right(self.places, place)
        nearest = chain(self.templates[max(before - 1, 0) : before], self.templates[before:])
        return next((template for template in nearest if template.fields), None)


def read_templates(
    content: bytes, exported: list[Packet]
) -> tuple[dict[Key, KnownTemplates], list[int]]:
    """All templates of the file, and how many each packet gives."""
    known: dict[Key, KnownTemplates] = {}
    given = []
    for packet in exported:
        given.append(0)
        numbers = TEMPLATE_SETS[packet.version]
        for held in packet.sets:
            if held.number not in numbers:
                continue
            is_options = held.number == numbers[1]
            for template in templates(content, held, packet.version, is_options):
                given[-1] += 1
                for key in _named(known, packet, template):
                    row = known.setdefault(key, KnownTemplates([], []))
                    if not row.templates or row.templates[-1] != template:
                        row.places.append(held.begin)
                        row.templates.append(template)
    if sum(len(row.templates) for row in known.values()) > TEMPLATES_MAX:
        raise BrokenFlows(offset=0, fault=f"more than {TEMPLATES_MAX} different templates")
    return known, given


def _named(known: Mapping[Key, KnownTemplates], packet: Packet, template: Template) -> list[Key]:
    """The numbers a template speaks of: its own, or all of its kind when all are taken back."""
    if template.number >= DATA_SET_FIRST:
        return [(packet.version, packet.domain, template.number)]
    return [
        key
        for key, row in known.items()
        if key[:2] == (packet.version, packet.domain)
        and row.templates[-1].is_options == template.is_options
    ]


class FlowReading:
    """Takes the records of packets one after another, and numbers them as lines of the file."""

    def __init__(self, content: bytes, known: Mapping[Key, KnownTemplates]) -> None:
        self._content = content
        self._known = known
        self._line = 0
        self.flows = FlowRows()
        self.rejected: list[tuple[int, str, str]] = []
        self.boots: dict[Domain, int] = {}
        self.samplings: dict[Domain, int] = {}

    def take(self, index: int, packet: Packet) -> int | None:
        """How many data records a packet holds; None where a template of it is unknown."""
        held: int | None = 0
        nth = 0
        for each in packet.sets:
            if each.number in TEMPLATE_SETS[packet.version]:
                continue
            template = self._template(packet, each)
            if template is None:
                self._reject(each)
                held = None
                continue
            found = records(self._content, each, template)
            held = None if held is None else held + len(found)
            if template.is_options:
                self._heed(packet, found)
            else:
                self._keep(index, nth, found)
                nth += len(found)
        return held

    def _template(self, packet: Packet, held: FlowSet) -> Template | None:
        if packet.version == V5:
            return RECORD_V5
        if held.number < DATA_SET_FIRST:
            raise BrokenFlows(offset=held.begin - 4, fault=f"a set of number {held.number}")
        known = self._known.get((packet.version, packet.domain, held.number))
        return None if known is None else known.at(held.begin)

    def _reject(self, held: FlowSet) -> None:
        self._line += 1
        raw = self._content[held.begin : min(held.end, held.begin + RAW_SHOWN_MAX // 2)].hex()
        self.rejected.append((self._line, raw, "UNKNOWN_TEMPLATE"))

    def _heed(self, packet: Packet, found: list[Record]) -> None:
        """Options: when the exporter started, and out of how many packets it looks at one."""
        domain = (packet.version, packet.domain)
        for record in found:
            said = dict(zip(NAMES, record.values, strict=True))
            booted = said["booted_ms"]
            if isinstance(booted, int) and booted <= MILLISECONDS_MAX:
                self.boots[domain] = booted
            sampled = [said[name] for name in ("sampling", "sampler")]
            rates = [rate for rate in sampled if isinstance(rate, int)]
            self.samplings[domain] = max([self.samplings.get(domain, 0), *rates])

    def _keep(self, index: int, nth: int, found: list[Record]) -> None:
        content, flows, line = self._content, self.flows, self._line
        for offset, record in enumerate(found):
            end = min(record.end, record.begin + RAW_SHOWN_MAX // 2)
            raw = content[record.begin : end].hex()
            flows.add(index, nth + offset, line + offset + 1, raw, record.values)
        self._line += len(found)


def check_counts(exported: list[Packet], given: list[int], held: list[int | None]) -> None:
    """See that every v9 packet holds as many records as it says.

    Raises: BrokenFlows.
    """
    for packet, templates_given, found in zip(exported, given, held, strict=True):
        if packet.version != V9 or found is None or packet.declared == templates_given + found:
            continue
        fault = f"a packet of {packet.declared} records that holds {templates_given + found}"
        raise BrokenFlows(offset=packet.start, fault=fault)
