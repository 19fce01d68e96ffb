"""Calls of one trunk and month, rounded once: a count of seconds, call by call."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple


class Call(NamedTuple):
    """A call of a trunk at a price of a minute, rounded in steps after the first seconds."""

    trunk: str
    seconds: int
    price: Fraction
    first: int
    following: int


def owed(calls: Iterable[Call]) -> dict[str, Fraction]:
    """What each trunk owes: seconds of a price together, then one second more until they fit."""
    seconds: dict[Call, int] = defaultdict(int)
    for call in calls:
        seconds[call._replace(seconds=0)] += call.seconds
    due: dict[str, Fraction] = defaultdict(Fraction)
    for alike, used in seconds.items():
        billed = used
        while billed and not (
            billed == alike.first
            or (billed > alike.first and (billed - alike.first) % alike.following == 0)
        ):
            billed += 1
        due[alike.trunk] += billed * alike.price / 60
    return dict(due)
