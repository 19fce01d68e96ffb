"""What options records tell of an exporter: when it started, and whether it looks at all packets.

It holds for the whole file that tells it, and for later files of the source that do not. An
exporter started at the last instant told that is not after the packet, whichever file told it and
whenever that came. It samples if the last file exported before the packet said so. What is told
only later changes nothing for flows of other files: an exporter may be told to sample at any time.
"""

from mediation.flow_knowledge import (
    BOOT,
    GIVEN,
    READ,
    SAMPLED,
    SAMPLING,
    FlowKnowledge,
    Key,
    Told,
    believed,
    by_key,
)
from mediation.formats.flow_drafts import MILLISECONDS_MAX
from mediation.formats.flow_packets import V5, Packet
from mediation.formats.flow_templates import NAMES, Record

# How often packets were looked at, as one number: one out of how many.
ONE_OUT_OF = ("sampling", "sampler")
# Or as two (RFC 5477): so many looked at and so many left out, or so many out of so many.
LEFT_OUT = "packets_left_out"
OUT_OF = ("sample_size", "sample_population")


class FlowOptions:
    """Heeds all options records of one file, and only then says what holds for its packets."""

    def __init__(self, knowledge: FlowKnowledge) -> None:
        self._others = by_key(knowledge.told)
        self._said: dict[tuple[Key, str], tuple[int, int]] = {}
        self._leant: dict[tuple[Key, str], tuple[int, int]] = {}
        self._found: dict[tuple[Key, int], str] = {}

    def heed(self, packet: Packet, found: list[Record]) -> None:
        """Take what options records of a packet tell."""
        for record in found:
            said = dict(zip(NAMES, record.values, strict=True))
            booted = said["booted_ms"]
            if isinstance(booted, int) and booted <= MILLISECONDS_MAX:
                _lengthen(self._said, (_key(packet, BOOT), str(booted)), packet)
            sampled = _is_sampled(said)
            if sampled is not None:
                told = SAMPLED if sampled else ""
                _lengthen(self._said, (_key(packet, SAMPLING), told), packet)

    def boot_of(self, packet: Packet) -> int | None:
        """When the exporter of a packet that does not say it started (ms since 1970)."""
        return int(self._believed(_key(packet, BOOT), packet) or 0) or None

    def is_sampled(self, packet: Packet) -> bool:
        """Whether flows of a packet were seen only in part."""
        if packet.version == V5:
            return packet.sampled > 1
        key = _key(packet, SAMPLING)
        if any(said == key for said, _ in self._said):
            return (key, SAMPLED) in self._said
        return self._believed(key, packet) == SAMPLED

    def _believed(self, key: Key, packet: Packet) -> str:
        # A file has many packets of one second.
        at = (key, packet.exported_ms)
        if at not in self._found:
            own = [
                Told(GIVEN, *said, told, *between)
                for (said, told), between in self._said.items()
                if said == key
            ]
            told = [*self._others.get(key, ()), *own]
            self._found[at] = believed(key, told, packet.exported_ms)
        found = self._found[at]
        # That nothing was told of a boot lets flows wait; it is nothing that a file leans on.
        if (key, found) not in self._said and (found or key[2] == SAMPLING):
            _lengthen(self._leant, (key, found), packet)
        return found

    def told(self) -> list[Told]:
        """What the file tells, and what its flows were read by that other files tell."""
        roles = ((GIVEN, self._said), (READ, self._leant))
        return [
            Told(role, *key, told, *between)
            for role, rows in roles
            for (key, told), between in rows.items()
        ]


def _key(packet: Packet, number: int) -> Key:
    return (packet.version, packet.domain, number)


def _lengthen(
    spans: dict[tuple[Key, str], tuple[int, int]], named: tuple[Key, str], packet: Packet
) -> None:
    first, last = spans.get(named, (packet.exported_ms, packet.exported_ms))
    spans[named] = (min(first, packet.exported_ms), max(last, packet.exported_ms))


def _is_sampled(said: dict[str, int | bytes | None]) -> bool | None:
    """Whether the exporter looks at some of the packets only; None where it says nothing of it."""
    told = {name: value for name, value in said.items() if isinstance(value, int)}
    rates = [told[name] for name in ONE_OUT_OF if name in told]
    size, population = (told.get(name) for name in OUT_OF)
    answers = [rate > 1 for rate in rates]
    answers += [told[LEFT_OUT] > 0] if LEFT_OUT in told else []
    answers += [population > size] if size is not None and population is not None else []
    return any(answers) if answers else None
