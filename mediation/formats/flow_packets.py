"""Export packets of NetFlow v5, v9 and IPFIX, standing one after another in a file.

A v5 packet has as many records of 48 bytes as its count says; an IPFIX message says its length; a
v9 packet says neither, but no set of it may have the number 5, 9 or 10, which are the versions, so
the next packet shows itself. Layouts: the Cisco export format of version 5, RFC 3954 and RFC 7011.
"""

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from i18n.errors import Invalid
from i18n.locale import Words, _

V5 = 5
V9 = 9
IPFIX = 10
VERSIONS = (V5, V9, IPFIX)

HEADER_V5 = Struct(">HHIIIIBBH")
HEADER_V9 = Struct(">HHIIII")
HEADER_IPFIX = Struct(">HHIII")
SET_HEADER = Struct(">HH")
TWO_BYTES = Struct(">H")

RECORD_V5_BYTES = 48
RECORDS_V5_MAX = 30
DATA_SET_FIRST = 256
# Sets of templates, and sets of templates of options; v5 has neither.
TEMPLATE_SETS = {V5: (-1, -1), V9: (0, 1), IPFIX: (2, 3)}
# The two high bits of the v5 field say how flows were sampled, the rest one out of how many.
SAMPLING_V5 = 0x3FFF


class BrokenFlows(Invalid):
    """The file is no flow export at byte {offset}: {fault}. Send it again."""


class FlowSet(NamedTuple):
    """A set of templates or records: its number and the half-open range of its body."""

    number: int
    begin: int
    end: int


class Packet(NamedTuple):
    """The head of one export packet and the sets in it; `uptime_ms` is None in IPFIX.

    `declared` is how many records it says it has (0 in IPFIX, which does not say). `sequence`
    counts flows (v5), packets (v9) or records (IPFIX) of the exporting domain.
    """

    version: int
    start: int
    declared: int
    uptime_ms: int | None
    exported_ms: int
    sequence: int
    domain: int
    sampled: int
    sets: tuple[FlowSet, ...]


def packets(content: bytes) -> Iterator[Packet]:
    """The packets of a file in their order.

    Raises: BrokenFlows.
    """
    position = 0
    while position < len(content):
        version = _two_bytes(content, position, len(content))
        if version not in VERSIONS:
            raise BrokenFlows(
                offset=position,
                fault=Words(_("no packet of version {version} is read"), version=version),
            )
        packet, position = READERS[version](content, position)
        yield packet


def _v5(content: bytes, start: int) -> tuple[Packet, int]:
    head = _header(HEADER_V5, content, start)
    count, uptime, seconds, nanoseconds, sequence, kind, engine, sampling = head[1:]
    body = start + HEADER_V5.size
    end = body + count * RECORD_V5_BYTES
    if not 0 < count <= RECORDS_V5_MAX:
        raise BrokenFlows(
            offset=start,
            fault=Words(_("a packet of {count} records, at most 30 may be"), count=count),
        )
    if end > len(content):
        fault = Words(
            _("a packet of {count} records where {left} bytes are left"),
            count=count,
            left=len(content) - body,
        )
        raise BrokenFlows(offset=start, fault=fault)
    return (
        Packet(
            version=V5,
            start=start,
            declared=count,
            uptime_ms=uptime,
            exported_ms=seconds * 1000 + nanoseconds // 1_000_000,
            sequence=sequence,
            domain=kind << 8 | engine,
            sampled=sampling & SAMPLING_V5,
            sets=(FlowSet(V5, body, end),),
        ),
        end,
    )


def _v9(content: bytes, start: int) -> tuple[Packet, int]:
    _, count, uptime, seconds, sequence, domain = _header(HEADER_V9, content, start)
    sets = []
    position = start + HEADER_V9.size
    while position < len(content) and _two_bytes(content, position, len(content)) not in VERSIONS:
        sets.append(_set(content, position, len(content)))
        position = sets[-1].end
    packet = Packet(
        version=V9,
        start=start,
        declared=count,
        uptime_ms=uptime,
        exported_ms=seconds * 1000,
        sequence=sequence,
        domain=domain,
        sampled=0,
        sets=tuple(sets),
    )
    return packet, position


def _ipfix(content: bytes, start: int) -> tuple[Packet, int]:
    length, seconds, sequence, domain = _header(HEADER_IPFIX, content, start)[1:]
    end = start + length
    if length < HEADER_IPFIX.size or end > len(content):
        fault = Words(
            _("a message of {length} bytes where {left} are left"),
            length=length,
            left=len(content) - start,
        )
        raise BrokenFlows(offset=start, fault=fault)
    sets = []
    position = start + HEADER_IPFIX.size
    while position < end:
        sets.append(_set(content, position, end))
        position = sets[-1].end
    packet = Packet(
        version=IPFIX,
        start=start,
        declared=0,
        uptime_ms=None,
        exported_ms=seconds * 1000,
        sequence=sequence,
        domain=domain,
        sampled=0,
        sets=tuple(sets),
    )
    return packet, end


READERS = {V5: _v5, V9: _v9, IPFIX: _ipfix}


def _set(content: bytes, position: int, limit: int) -> FlowSet:
    if position + SET_HEADER.size > limit:
        raise BrokenFlows(offset=position, fault=Words(_("a set begins, and what holds it ends")))
    number, length = SET_HEADER.unpack_from(content, position)
    if length < SET_HEADER.size or position + length > limit:
        fault = Words(
            _("a set of {length} bytes where {left} are left"),
            length=length,
            left=limit - position,
        )
        raise BrokenFlows(offset=position, fault=fault)
    return FlowSet(number, position + SET_HEADER.size, position + length)


def _header(layout: Struct, content: bytes, start: int) -> tuple[int, ...]:
    if start + layout.size > len(content):
        raise BrokenFlows(offset=start, fault=Words(_("a packet begins, and the file ends")))
    return layout.unpack_from(content, start)


def _two_bytes(content: bytes, position: int, limit: int) -> int:
    if position + TWO_BYTES.size > limit:
        raise BrokenFlows(offset=position, fault=Words(_("a single byte is left")))
    return int(TWO_BYTES.unpack_from(content, position)[0])
