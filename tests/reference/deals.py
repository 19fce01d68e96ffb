"""What deals lack, minute by minute in plain fractions (rule R59)."""

from collections.abc import Mapping
from fractions import Fraction


def lacking(promised: int, used: int) -> int:
    return promised - used if used < promised else 0


def swapped(promised: int, used: Mapping[str, int]) -> dict[str, int]:
    """Of a swap each side lacks what it lacks, less what the other lacks as well."""
    own = {direction: lacking(promised, seconds) for direction, seconds in used.items()}
    both = min(own.values())
    return {direction: seconds - both for direction, seconds in own.items()}


def due(seconds: int, price: str) -> Fraction:
    return Fraction(price) * seconds / 60
