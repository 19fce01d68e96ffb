"""Reads the data records of export packets by templates of the file itself or of other files."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from i18n.locale import Words, _
from mediation.flow_knowledge import (
    GIVEN,
    READ,
    WANTED,
    FlowKnowledge,
    Key,
    Told,
    by_key,
    said_after,
    said_before,
)
from mediation.formats.flow_drafts import FlowRows
from mediation.formats.flow_options import FlowOptions
from mediation.formats.flow_packets import (
    DATA_SET_FIRST,
    SET_HEADER,
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
    from_definition,
    records,
    templates,
)
from mediation.formats.lines import RAW_SHOWN_MAX

TEMPLATES_MAX = 10_000
BOOTED = NAMES.index("booted_ms")
UPTIMES = (NAMES.index("start_uptime"), NAMES.index("end_uptime"))


class KnownTemplates:
    """The templates that one file gave one number, in its order, and where and when it did."""

    def __init__(self) -> None:
        self._places: list[int] = []
        self._templates: list[Template] = []
        self._exported: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self._templates)

    @property
    def last(self) -> Template:
        return self._templates[-1]

    def give(self, place: int, template: Template, exported_ms: int) -> None:
        """Take one that the file gives; the same again only lengthens the time of the last."""
        if self._templates and self.last.definition == template.definition:
            first, last = self._exported[-1]
            self._exported[-1] = (min(first, exported_ms), max(last, exported_ms))
            return
        self._places.append(place)
        self._templates.append(template)
        self._exported.append((exported_ms, exported_ms))

    def before(self, place: int) -> Template | None:
        """The last one before this place; one without fields was taken back."""
        count = bisect_right(self._places, place)
        return self._templates[count - 1] if count else None

    def after(self, place: int) -> Template | None:
        """The first one after this place that is not taken back."""
        later = self._templates[bisect_right(self._places, place) :]
        return next((template for template in later if template.fields), None)

    def told(self, key: Key) -> Iterator[Told]:
        for template, (first, last) in zip(self._templates, self._exported, strict=True):
            yield Told(GIVEN, *key, template.definition, first, last)


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
                    row = known.setdefault(key, KnownTemplates())
                    row.give(held.begin, template, packet.exported_ms)
    if sum(map(len, known.values())) > TEMPLATES_MAX:
        raise BrokenFlows(
            offset=0,
            fault=Words(_("more than {most} different templates"), most=TEMPLATES_MAX),
        )
    return known, given


def _named(known: Mapping[Key, KnownTemplates], packet: Packet, template: Template) -> list[Key]:
    """The numbers a template speaks of: its own, or all of its kind when all are taken back."""
    if template.number >= DATA_SET_FIRST:
        return [(packet.version, packet.domain, template.number)]
    return [
        key
        for key, row in known.items()
        if key[:2] == (packet.version, packet.domain) and row.last.is_options == template.is_options
    ]


class TemplateChoice:
    """Chooses the template of each set, and remembers what followed from other places than before.

    A file speaks first for the sets that come after its own templates; then other files, by when
    they were exported; then what the file says later.
    """

    def __init__(self, own: Mapping[Key, KnownTemplates], knowledge: FlowKnowledge) -> None:
        self._own = own
        self._others = by_key(knowledge.told)
        self._unread = frozenset(knowledge.unread)
        self._compiled: dict[tuple[int, str], Template] = {}
        self._leant: dict[tuple[Key, str], tuple[int, int]] = {}

    def of(self, packet: Packet, held: FlowSet) -> Template | None:
        """The template of a data set; None where none is known."""
        if packet.version == V5:
            return RECORD_V5
        if held.number < DATA_SET_FIRST:
            raise BrokenFlows(
                offset=line_of(held), fault=Words(_("a set of number {number}"), number=held.number)
            )
        if line_of(held) in self._unread:
            return None
        key = (packet.version, packet.domain, held.number)
        own = self._own.get(key)
        before = own.before(held.begin) if own else None
        if before is not None and before.fields:
            return before
        template = self._elsewhere(key, own, before is not None, packet, held)
        self._remember((key, template.definition if template else ""), packet.exported_ms)
        return template

    def _elsewhere(
        self,
        key: Key,
        own: KnownTemplates | None,
        is_taken_back: bool,
        packet: Packet,
        held: FlowSet,
    ) -> Template | None:
        told, number, at_ms = self._others.get(key, ()), held.number, packet.exported_ms
        before = None if is_taken_back else said_before(told, at_ms)
        return (
            self._from(number, before)
            or (own.after(held.begin) if own else None)
            or self._from(number, said_after(told, at_ms))
        )

    def _from(self, number: int, definition: str | None) -> Template | None:
        if not definition:
            return None
        known = (number, definition)
        if known not in self._compiled:
            self._compiled[known] = from_definition(number, definition)
        return self._compiled[known]

    def _remember(self, leant: tuple[Key, str], exported_ms: int) -> None:
        first, last = self._leant.get(leant, (exported_ms, exported_ms))
        self._leant[leant] = (min(first, exported_ms), max(last, exported_ms))

    def told(self) -> tuple[Told, ...]:
        """What the file gave, what its sets were read by and what they want, in a fixed order."""
        given = [told for key, own in self._own.items() for told in own.told(key)]
        leant = [
            Told(READ if definition else WANTED, *key, definition, *between)
            for (key, definition), between in self._leant.items()
        ]
        return tuple(sorted([*given, *leant]))


def line_of(held: FlowSet) -> int:
    """The line of a set as a whole: the byte of the file at which its head begins."""
    return held.begin - SET_HEADER.size


class FlowReading:
    """Takes the records of packets one after another; the line of each is its byte in the file.

    So a record is the same whether or not the sets around it could be read.
    """

    def __init__(self, content: bytes, choice: TemplateChoice, knowledge: FlowKnowledge) -> None:
        self._content = content
        self._choice = choice
        self.flows = FlowRows()
        self.waiting: list[tuple[Packet, FlowSet]] = []
        self.options = FlowOptions(knowledge)
        self._by_boot: dict[int, bool] = {}

    def take(self, index: int, packet: Packet) -> int | None:
        """How many data records a packet holds; None where a template of it is unknown."""
        held: int | None = 0
        nth = 0
        for each in packet.sets:
            if each.number in TEMPLATE_SETS[packet.version]:
                continue
            template = self._choice.of(packet, each)
            if template is None:
                self.waiting.append((packet, each))
                held = None
                continue
            found = records(self._content, each, template)
            held = None if held is None else held + len(found)
            if template.is_options:
                self.options.heed(packet, found)
            else:
                self._keep(index, nth, packet.start, found)
                self._by_boot[index] = self._by_boot.get(index, False) or _by_boot(packet, found)
                nth += len(found)
        return held

    def boot_of(self, index: int, packet: Packet) -> int | None:
        """When the exporter started (ms since 1970), where flows of the packet count from there."""
        return self.options.boot_of(packet) if self._by_boot.get(index) else None

    def is_sampled(self, index: int, packet: Packet) -> bool:
        """Whether the flows of the packet were seen only in part; False where it has none."""
        return index in self._by_boot and self.options.is_sampled(packet)

    def _keep(self, index: int, nth: int, start: int, found: list[Record]) -> None:
        content, flows = self._content, self.flows
        for offset, record in enumerate(found):
            end = min(record.end, record.begin + RAW_SHOWN_MAX // 2)
            raw = content[record.begin : end].hex()
            place = record.begin - start
            flows.add(index, nth + offset, place, record.begin, raw, record.values)


def _by_boot(packet: Packet, flows: list[Record]) -> bool:
    """Whether flows say when they were by the start of an exporter that nothing here tells."""
    if packet.uptime_ms is not None:
        return False
    return any(
        record.values[BOOTED] is None and any(record.values[slot] is not None for slot in UPTIMES)
        for record in flows
    )


def check_counts(exported: list[Packet], given: list[int], held: list[int | None]) -> None:
    """See that every v9 packet holds as many records as it says.

    Raises: BrokenFlows.
    """
    for packet, templates_given, found in zip(exported, given, held, strict=True):
        if packet.version != V9 or found is None or packet.declared == templates_given + found:
            continue
        fault = Words(
            _("a packet of {declared} records that holds {held}"),
            declared=packet.declared,
            held=templates_given + found,
        )
        raise BrokenFlows(offset=packet.start, fault=fault)
