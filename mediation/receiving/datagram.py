"""What a packet from the network becomes in a file, or why it is dropped.

A packet that is no whole export packet would spoil the file of all the others, which is read whole
or refused; so each is read by the very reader of files before it is kept.

    TOO_LARGE       longer than a packet may be
    BROKEN_FLOWS    no export packet of NetFlow v5, v9 or IPFIX, or cut off
    TWO_PACKETS     more than one export packet
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mediation.formats.flow_packets import BrokenFlows, packets
from mediation.formats.flow_reading import read_templates
from mediation.receiving.limits import Limits


@dataclass(frozen=True, slots=True)
class Taken:
    """The bytes that a packet adds to a file."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Dropped:
    """Why a packet is not kept, in a code."""

    reason: str


def read_datagram(format: str, datagram: bytes, limits: Limits) -> Taken | Dropped:
    """Judge one packet of a sender by the format of its source."""
    if len(datagram) > limits.packet_max_bytes:
        return Dropped("TOO_LARGE")
    return READERS[format](datagram)


def whole_bytes(format: str, content: bytes) -> int:
    """How many bytes of a file that was left unfinished are whole packets."""
    return WHOLE[format](content)


def _flows(datagram: bytes) -> Taken | Dropped:
    try:
        exported = list(packets(datagram))
        read_templates(datagram, exported)
    except BrokenFlows:
        return Dropped("BROKEN_FLOWS")
    if len(exported) != 1:
        return Dropped("TWO_PACKETS" if exported else "BROKEN_FLOWS")
    if not exported[0].sets:
        return Dropped("BROKEN_FLOWS")
    return Taken(datagram)


def _whole_flows(content: bytes) -> int:
    whole = 0
    try:
        for packet in packets(content):
            whole = packet.sets[-1].end if packet.sets else whole
    except BrokenFlows:
        return whole
    return len(content)


READERS: Mapping[str, Callable[[bytes], Taken | Dropped]] = {"netflow": _flows}
WHOLE: Mapping[str, Callable[[bytes], int]] = {"netflow": _whole_flows}
