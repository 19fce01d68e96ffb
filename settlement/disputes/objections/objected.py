"""What an objection is about: its amount in a direction, and the buckets that differ there."""

from collections.abc import Iterable
from decimal import Decimal

from currencies.money import EXACT
from settlement.interconnect.exchange.differing import Differing
from statements.exchange.message import Settled


def buckets_in(direction: str, differing: Iterable[Differing]) -> list[Differing]:
    """The buckets of one direction that differ."""
    return [each for each in differing if each.key.direction == direction]


def variance(objected: Settled, buckets: Iterable[Differing]) -> Decimal:
    """The amount objected to, signed as theirs less ours in the buckets that differ.

    Where the buckets do not say who counts more, the other side is taken to.
    """
    difference = Decimal(0)
    for each in buckets:
        theirs, ours = (
            side.figures.amount if side else Decimal(0) for side in (each.theirs, each.ours)
        )
        difference = EXACT.add(difference, EXACT.subtract(theirs, ours))
    return -abs(objected.amount) if difference < 0 else abs(objected.amount)
