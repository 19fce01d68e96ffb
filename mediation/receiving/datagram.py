"""What a packet from the network becomes in a file, or why it is dropped.

A packet that is no whole export packet would spoil the file of all the others, which is read whole
or refused; so each is read by the very reader of files before it is kept.

    TOO_LARGE       longer than a packet may be
    BROKEN_FLOWS    no export packet of NetFlow v5, v9 or IPFIX, or cut off
    TWO_PACKETS     more than one export packet

Why a request of RADIUS is dropped stands in `accounting`.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from mediation.formats.flow_packets import BrokenFlows, packets
from mediation.formats.flow_reading import read_templates
from mediation.receiving.accounting import detail_of, request_from, response_to
from mediation.receiving.limits import Limits


@dataclass(frozen=True, slots=True)
class Taken:
    """The bytes that a packet adds to a file, and what is answered once they are on disk."""

    content: bytes
    answer: bytes | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """Why a packet is not kept, in a code."""

    reason: str


@dataclass(frozen=True, slots=True)
class Datagram:
    """One packet: who sent it, when it came, and the secret shared with who sent it."""

    content: bytes
    sender: IPv4Address | IPv6Address
    came_at: dt.datetime
    secret: bytes = b""


def read_datagram(format: str, datagram: Datagram, limits: Limits) -> Taken | Dropped:
    """Judge one packet of a sender by the format of its source."""
    if len(datagram.content) > limits.packet_max_bytes:
        return Dropped("TOO_LARGE")
    return READERS[format](datagram, limits)


def whole_bytes(format: str, content: bytes) -> int:
    """How many bytes of a file that was left unfinished are whole packets."""
    return WHOLE[format](content)


def _flows(datagram: Datagram, _limits: Limits) -> Taken | Dropped:
    content = datagram.content
    try:
        exported = list(packets(content))
        read_templates(content, exported)
    except BrokenFlows:
        return Dropped("BROKEN_FLOWS")
    if len(exported) != 1:
        return Dropped("TWO_PACKETS" if exported else "BROKEN_FLOWS")
    if not exported[0].sets:
        return Dropped("BROKEN_FLOWS")
    return Taken(content)


def _whole_flows(content: bytes) -> int:
    whole = 0
    try:
        for packet in packets(content):
            whole = packet.sets[-1].end if packet.sets else whole
    except BrokenFlows:
        return whole
    return len(content)


def _report(datagram: Datagram, limits: Limits) -> Taken | Dropped:
    request = request_from(datagram.content, datagram.secret, limits.attributes_most)
    if isinstance(request, str):
        return Dropped(request)
    told = detail_of(request, datagram.sender, datagram.came_at)
    return Taken(told.encode(), response_to(request, datagram.secret))


def _whole_reports(content: bytes) -> int:
    # No text of an attribute has a line's end in it, so a blank line ends a report.
    return content.rfind(b"\n\n") + 2 if b"\n\n" in content else 0


Reader = Callable[[Datagram, Limits], Taken | Dropped]

READERS: Mapping[str, Reader] = {"netflow": _flows, "radius": _report}
WHOLE: Mapping[str, Callable[[bytes], int]] = {"netflow": _whole_flows, "radius": _whole_reports}
