"""Which flows are missing between export packets, by the sequence numbers of their exporters.

Packets travel by UDP: some are lost, some come late, some twice, and an exporter that restarts
counts anew. A number beyond the awaited one opens a gap; a late packet fills its part of it; a
number that came before changes nothing; any other number below begins a new count.
"""

from collections.abc import Iterable
from typing import NamedTuple

from mediation.formats.flow_packets import IPFIX, V5, V9, Packet

HALF = 2**31
COUNTED = {V5: "flow", V9: "packet", IPFIX: "record"}


class Gap(NamedTuple):
    """Numbers that did not come, and the packet before which they are missing."""

    first: int
    size: int
    packet: Packet


def lost_flows(exported: Iterable[Packet], held: Iterable[int | None]) -> str | None:
    """What is missing, in words; None where nothing is.

    Args:
        held: records in each packet, None where they cannot be counted.
    """
    counts: dict[tuple[int, int], _Count] = {}
    for packet, found in zip(exported, held, strict=True):
        count = counts.setdefault((packet.version, packet.domain), _Count())
        count.take(packet, 1 if packet.version == V9 else found)
    gaps = [gap for count in counts.values() for gap in count.gaps]
    if not gaps:
        return None
    told = "; ".join(
        f"{gap.size} {COUNTED[gap.packet.version]}{'s' if gap.size > 1 else ''} before the packet"
        f" at byte {gap.packet.start}"
        for gap in gaps[:3]
    )
    more = f"; and {len(gaps) - 3} more gaps" if len(gaps) > 3 else ""
    return f"LOST_FLOWS: missing are {told}{more}"


class _Count:
    """The numbers of one exporting domain."""

    def __init__(self) -> None:
        self._awaited: int | None = None
        self._seen: set[int] = set()
        self.gaps: list[Gap] = []

    def take(self, packet: Packet, size: int | None) -> None:
        number = packet.sequence
        if number in self._seen:
            return
        self._seen.add(number)
        if self._awaited is not None:
            ahead = _apart(self._awaited, number)
            if ahead > 0:
                self.gaps.append(Gap(self._awaited, ahead, packet))
            elif ahead < 0 and self._fill(number, size or 0):
                return
        self._awaited = None if size is None else (number + size) % (2 * HALF)

    def _fill(self, number: int, size: int) -> bool:
        """Whether this packet came late, into a gap."""
        for place, gap in enumerate(self.gaps):
            inside = _apart(gap.first, number)
            if 0 <= inside < gap.size:
                after = gap.size - inside - size
                left = [
                    gap._replace(size=inside),
                    gap._replace(first=(number + size) % (2 * HALF), size=after),
                ]
                self.gaps[place : place + 1] = [part for part in left if part.size > 0]
                return True
        return False


def _apart(first: int, second: int) -> int:
    """How far the second number is ahead of the first, on a circle of 32 bits."""
    return (second - first + HALF) % (2 * HALF) - HALF
