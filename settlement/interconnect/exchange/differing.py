"""Which buckets differ between the two sides; only their records are worth sending."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from settlement.interconnect.traffic import OPPOSITE
from statements.exchange.message import BucketKey, BucketTotal, Settled


@dataclass(frozen=True, slots=True)
class Differing:
    """One bucket with the totals of both sides; a side that does not have it is None."""

    key: BucketKey
    ours: BucketTotal | None
    theirs: BucketTotal | None


def differing(ours: Iterable[BucketTotal], theirs: Iterable[BucketTotal]) -> list[Differing]:
    """The buckets that are not equal in count, seconds, amount and hash, in order of their keys."""
    our_totals = {total.key: total for total in ours}
    their_totals = {total.key: total for total in theirs}
    return [
        Differing(key, our_totals.get(key), their_totals.get(key))
        for key in sorted(our_totals.keys() | their_totals.keys())
        if our_totals.get(key) != their_totals.get(key)
    ]


def key_turned(key: BucketKey) -> BucketKey:
    """The key in the words of the other side."""
    return key._replace(direction=_opposite(key.direction))


def totals_turned(totals: Iterable[BucketTotal]) -> tuple[BucketTotal, ...]:
    """The totals in the words of the other side: what one hands over, the other takes in."""
    return tuple(replace(total, key=key_turned(total.key)) for total in totals)


def settled_turned(settled: Iterable[Settled]) -> tuple[Settled, ...]:
    """The amounts in the words of the other side, incoming first."""
    turned = (replace(each, direction=_opposite(each.direction)) for each in settled)
    return tuple(sorted(turned, key=lambda each: each.direction))


def _opposite(direction: str) -> str:
    return OPPOSITE["incoming" if direction == "incoming" else "outgoing"]
