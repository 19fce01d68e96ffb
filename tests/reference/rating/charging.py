"""What a metered leg costs, part by part."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from tests.reference.rating.legs import minutes
from tests.reference.rating.prices import by_number, destination_of, per_of, rate_at
from tests.reference.rating.world import ALLOWANCE, CHARGE, MINIMUM, Leg, Part, Plain, World


@cache
def exact(text: str) -> Fraction:
    """The number that a text writes."""
    return Fraction(text)


def parts_of(
    world: World,
    leg: Leg,
    free: list[tuple[str, int]],
    billed: int,
    is_free: bool,
    before: int,
    volume: int,
) -> Iterator[Part]:
    """`before` units were billed earlier in the month, `volume` are in all of it."""
    section = leg.section
    at_start = rate_at(world, leg, leg.record["occurred_at"]) or {}
    if is_free:
        yield part(leg, at_start, MINIMUM)
        return
    for pool, covered in free:
        yield part(leg, at_start, ALLOWANCE, pool=pool, free=covered)
    if free and not billed:
        return
    fee = exact(at_start.get("connection_fee", section.get("connection_fee", "0")))
    fee = fee if billed else Fraction(0)
    for rate, units, amount in pieces(world, leg, sum(n for _, n in free), billed, before, volume):
        yield part(leg, rate, CHARGE, billed=units, amount=amount + fee)
        fee = Fraction(0)


def pieces(
    world: World, leg: Leg, free: int, billed: int, before: int, volume: int
) -> Iterator[tuple[Plain, int, Fraction]]:
    """What is billed in one price each: the price's row, units, and what they cost."""
    section, per = leg.section, per_of(leg)
    if section.get("record"):
        yield {}, billed, Fraction(leg.record["amount"])
        return
    if section.get("tiers", {}).get("kind") == "package":
        begun = packages(section["tiers"]["size"] * per, before, billed)
        yield {}, billed, exact(section["tiers"]["price"]) * begun
        return
    if "tiers" in section:
        found = by_tier(section["tiers"], before, billed, volume, per)
    elif section.get("band_crossing") == "SPLIT" and by_number(section):
        found = by_clock(world, leg, free, billed)
    else:
        found = [(rate_at(world, leg, leg.record["occurred_at"]) or {}, billed)]
    for rate, units in found:
        yield rate, units, exact(rate["price"]) * units / per


def packages(size: int, before: int, billed: int) -> int:
    """How many of the units that follow on those before are the first of a package."""
    return -(-(before + billed) // size) - -(-before // size)


def by_tier(
    tiers: Plain, before: int, billed: int, volume: int, per: int
) -> list[tuple[Plain, int]]:
    """Units by the tier that they lie in; the bound belongs to the lower one (rule R30)."""
    if tiers.get("kind") == "commitment":
        steps = [{"up_to": tiers["units"], "price": tiers["price"]}, {"price": tiers["overage"]}]
    else:
        steps = tiers["steps"]
    if tiers.get("kind") == "volume":
        reached = next(s for s in steps if "up_to" not in s or volume <= s["up_to"] * per)
        return [(reached, billed)]
    found, lower, after = [], 0, before + billed
    for step in steps:
        upper = step["up_to"] * per if "up_to" in step else after
        count = max(0, min(after, upper) - max(before, lower))
        if count:
            found.append((step, count))
        lower = upper
    return found or [(steps[0], 0)]


def by_clock(world: World, leg: Leg, free: int, billed: int) -> list[tuple[Plain, int]]:
    """Each billed second is charged in the band that the wall clock shows at it (rule R16)."""
    start, connected = leg.record["occurred_at"], leg.units
    skipped = leg.section.get("included_seconds", 0) + free
    if not billed:
        # Nothing is charged, at the price of the second that would be the first.
        seen = min(skipped, connected - 1) if stays(leg) else skipped
        [(instant, _)] = minutes(start, seen, seen + 1)
        return [(rate_at(world, leg, instant) or {}, 0)]
    found: list[tuple[Plain, int]] = []

    def add(rate: Plain | None, count: int) -> None:
        assert rate is not None, "a leg without a price is not charged"
        for place, (known, had) in enumerate(found):
            if known is rate:
                found[place] = (known, had + count)
                return
        found.append((rate, count))

    until = skipped + billed
    on_clock = min(until, connected) if stays(leg) else until
    for instant, count in minutes(start, skipped, on_clock):
        add(rate_at(world, leg, instant), count)
    tail = until - max(on_clock, skipped)
    if tail:
        for instant, _ in minutes(start, connected - 1, connected):
            add(rate_at(world, leg, instant), tail)
    return found


def stays(leg: Leg) -> bool:
    """Whether the tail stays in the band of the last connected second."""
    return leg.section.get("split_tail", "last_band") == "last_band"


def part(
    leg: Leg,
    rate: Plain,
    covered_by: str,
    pool: str | None = None,
    free: int = 0,
    billed: int = 0,
    amount: Fraction = Fraction(0),
) -> Part:
    """A part of the leg; free whatever the price is, it may have none and no destination."""
    unpriced = covered_by == MINIMUM and not rate and by_number(leg.section)
    record = leg.record
    return Part(
        record["source"], record["record_key"], leg.side, leg.balance, leg.agreement,
        leg.zone if unpriced else destination_of(leg, rate), rate.get("band"), leg.case,
        covered_by, pool, free, billed, amount,
    )  # fmt: skip
