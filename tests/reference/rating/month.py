"""All usage that is rated together: looked at, metered in order, charged and combined."""

from collections import defaultdict
from typing import Any

from tests.reference.rating.charging import parts_of
from tests.reference.rating.legs import look_at
from tests.reference.rating.metering import meter, month_key
from tests.reference.rating.sessions import combine, waiting
from tests.reference.rating.world import MINIMUM, Id, Leg, Part, Plain, World


def rate(usage: list[Plain], world: World) -> tuple[list[Part], dict[Id, str]]:
    """Parts in no particular order, and the outcome or the reason of each record."""
    parts, outcomes, _ = rate_legs(usage, world)
    return parts, outcomes


def rate_legs(
    usage: list[Plain], world: World
) -> tuple[list[Part], dict[Id, str], dict[Id, list[Leg]]]:
    """The same, with the legs of each record that was rated."""
    outcomes: dict[Id, str] = {}
    legs: dict[Id, list[Leg]] = {}
    for record in usage:
        key = Id(record["source"], record["record_key"])
        found = look_at(world, record)
        outcomes[key] = found if isinstance(found, str) else "rated"
        if not isinstance(found, str):
            legs[key] = found
    for key in waiting(usage, outcomes, legs):
        outcomes[key] = "SESSION_INCOMPLETE"
        del legs[key]
    parts = charge(world, [leg for own in legs.values() for leg in own])
    costing = {Id(part.source, part.record) for part in parts if part.covered_by != MINIMUM}
    for key in legs:
        if key not in costing:
            outcomes[key] = "free"
    return parts, outcomes, legs


def charge(world: World, legs: list[Leg]) -> list[Part]:
    """Meter in the order of events (rule R31), then price, since a volume is known at the end."""
    used: dict[Any, int] = defaultdict(int)
    counted: dict[Any, int] = defaultdict(int)
    volume: dict[Any, int] = defaultdict(int)
    metered = []
    for leg in sorted(legs, key=_in_order):
        free, billed, is_free = meter(world, leg, used)
        metered.append((leg, free, billed, is_free))
        volume[month_key(leg)] += billed
    charged = []
    for leg, free, billed, is_free in metered:
        key = month_key(leg)
        parts = list(parts_of(world, leg, free, billed, is_free, counted[key], volume[key]))
        charged.append((leg, parts))
        counted[key] += billed
    return combine(charged)


def _in_order(leg: Leg) -> tuple[Any, ...]:
    record = leg.record
    return record["occurred_at"], record["record_key"].encode(), record["source"].encode()
