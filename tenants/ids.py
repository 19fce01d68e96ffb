"""Where identifiers come from.

Ids are UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, then randomness, so that rows
arrive in index order. Both halves come from outside, so a run with a held clock and a seeded
randomness gives the same ids again.
"""

from typing import Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

from tenants.clock import Clock
from tenants.randomness import Randomness

_TENANTS = uuid5(NAMESPACE_URL, "urn:saldo:tenant")


class Ids(Protocol):
    """Gives identifiers nobody has used."""

    def new(self) -> UUID:
        """One identifier."""
        ...

    def many(self, count: int) -> list[UUID]:
        """`count` identifiers in ascending order, for rows loaded as a set."""
        ...


class TimeOrderedIds:
    """UUID version 7 from a clock and a source of randomness."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness
        self._last = 0

    def new(self) -> UUID:
        return self.many(1)[0]

    def many(self, count: int) -> list[UUID]:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        ids = []
        for _ in range(count):
            # The 74 random bits are counted on from the last id, so order survives one millisecond.
            self._last = max(self._last + 1, milliseconds << 74 | self._randomness.bits(72))
            ids.append(_version_seven(self._last))
        return ids


def _version_seven(ordered: int) -> UUID:
    time_and_random = ordered & ((1 << 122) - 1)
    milliseconds = time_and_random >> 74
    high = time_and_random >> 62 & 0xFFF
    low = time_and_random & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)


def tenant_id_of(code: str) -> UUID:
    """The id of the tenant with this code.

    It is computed, never looked up: sign-in and API keys name the tenant by its code, and no query
    across tenants is needed to begin.
    """
    return uuid5(_TENANTS, code)
