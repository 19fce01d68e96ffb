"""The only source of chance: the machine's for secrets and ids, a seed's for repeatable runs."""

import random
import secrets
from typing import Protocol


class Randomness(Protocol):
    """Gives random bits and secrets."""

    def bits(self, count: int) -> int:
        """A whole number of at most `count` random bits."""
        ...

    def token(self) -> str:
        """A secret of 256 bits in URL-safe text."""
        ...


class SystemRandomness:
    """Randomness fit for secrets."""

    def bits(self, count: int) -> int:
        return secrets.randbits(count)

    def token(self) -> str:
        return secrets.token_urlsafe(32)


class SeededRandomness:
    """The same sequence for the same seed; for tests and repeatable runs, never for secrets."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose.

    def bits(self, count: int) -> int:
        return self._random.getrandbits(count)

    def token(self) -> str:
        return f"{self._random.getrandbits(256):064x}"
