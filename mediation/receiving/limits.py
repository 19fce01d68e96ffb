"""How much a receiver takes of anybody, and when it ends a file."""

from dataclasses import dataclass, field

MEGABYTE = 1024 * 1024


def _limit(default: int, told: str) -> int:
    """A limit with what an operator is told of it."""
    limit: int = field(default=default, metadata={"told": told})
    return limit


@dataclass(frozen=True, slots=True)
class Limits:
    """Nothing that is sent decides how much memory, disk or time it costs."""

    packet_max_bytes: int = _limit(16_384, "A longer packet is dropped.")
    packets_per_second: int = _limit(5_000, "Of one sender; what is beyond that is dropped.")
    attributes_most: int = _limit(250, "Of a request of RADIUS; one with more is dropped.")
    answers_known: int = _limit(10_000, "Requests that are known when they are sent again.")
    batch_most: int = _limit(256, "Packets that are put on disk by one flush.")
    file_seconds: int = _limit(60, "A file that was begun so long ago is ended.")
    file_max_bytes: int = _limit(16 * MEGABYTE, "A file that would become larger is ended first.")
    report_seconds: int = _limit(60, "How often the log says what was taken and dropped.")
    strangers_named: int = _limit(20, "Unlisted senders that a report names.")
    kernel_buffer_bytes: int = _limit(
        4 * MEGABYTE, "What waits in the kernel; it gives no more than net.core.rmem_max."
    )
