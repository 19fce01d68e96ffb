"""How much a receiver takes of anybody, and when it ends a file."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Nothing that is sent decides how much memory, disk or time it costs."""

    packet_max_bytes: int = 16_384
    """A longer packet is dropped; export packets are made for one frame of a network."""
    packets_per_second: int = 5_000
    """Of one sender; what it sends beyond that in a second is dropped."""
    attributes_most: int = 250
    """Of one request of RADIUS; one with more is dropped."""
    answers_known: int = 10_000
    """Requests that are remembered, so that one sent again is answered again and kept once."""
    batch_most: int = 256
    """Packets that are put on disk by one flush."""
    file_seconds: int = 60
    """A file that was begun so long ago is ended, and can be fetched."""
    file_max_bytes: int = 16 * MEGABYTE
    """A file that would become larger is ended first."""
    report_seconds: int = 60
    """How often the log says what was taken and what was dropped."""
