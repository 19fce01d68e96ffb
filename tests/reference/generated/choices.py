"""Drawing: the same draws from a seed (many, fast) and from hypothesis (few, and made small)."""

from random import Random
from typing import Any

Plain = dict[str, Any]


def some(rng: Random, **options: list[Any]) -> Plain:
    """Each key with one of its values, or absent."""
    return {name: rng.choice(values) for name, values in options.items() if rng.random() < 0.5}


def chance(rng: Random, part: float) -> bool:
    """True as often as this."""
    return rng.random() < part


def several(rng: Random, values: list[Any], most: int) -> list[Any]:
    """Between one and this many of the values, each once."""
    return rng.sample(values, rng.randint(1, min(most, len(values))))


def price(rng: Random, places: int = 12) -> str:
    """A price with at most so many decimals; now and then nothing."""
    if chance(rng, 0.05):
        return "0"
    short = min(places, rng.choice([1, 2, 2, 2, 4, 5, 12]))
    return f"{rng.randint(0, 3)}.{rng.randrange(10**short):0{short}}"
