"""How much of a leg is free and how much is billed (rules R14, R15, R32)."""

from typing import Any

from tests.reference.rating.prices import destination_of, increments, rate_at
from tests.reference.rating.world import Leg, Plain, World

# Which allowances are looked at, and how many months ago their units were granted.
Pool = tuple[Plain, int]


def month_of(leg: Leg, ago: int = 0) -> str:
    """The local month in which the event began, or one before it."""
    number = leg.start.year * 12 + leg.start.month - 1 - ago
    return f"{number // 12:04}-{number % 12 + 1:02}"


def month_key(leg: Leg) -> tuple[Any, ...]:
    """What tiers count: a month of one agreement, version and section or case."""
    version = (leg.version["code"], leg.version["valid_from"])
    return leg.side, leg.balance, leg.agreement, version, leg.section_name, month_of(leg)


def meter(world: World, leg: Leg, used: dict[Any, int]) -> tuple[list[tuple[str, int]], int, bool]:
    """Units that each pool covers, those that are billed, and whether it was too short."""
    section = leg.section
    if leg.units < section.get("minimum_seconds", 0):
        return [], 0, True
    payable = max(0, leg.units - section.get("included_seconds", 0))
    rate = rate_at(world, leg, leg.record["occurred_at"]) or {}
    first, following = increments(section, rate)
    allowances = section.get("allowances") or [section.get("allowance")]
    if allowances == [None]:
        return [], round_up(payable, first, following), False
    rounded = allowances[0].get("allowance_measure") == "rounded"
    left = round_up(payable, first, following) if rounded else payable
    taken = []
    destination = destination_of(leg, rate)
    for allowance, ago in in_turn(allowances, section.get("allowance_order")):
        if destination not in (allowance.get("destinations") or [destination]):
            continue
        code, granted = allowance.get("code", "allowance"), month_of(leg, ago)
        holder = holder_of(leg, allowance)
        pool = (leg.side, leg.balance, holder, *month_key(leg)[3:], code, granted)
        size = opened(world, leg, code, holder, granted) if ago else allowance["amount"]
        covered = min(left, size - used[pool])
        used[pool] += covered
        left -= covered
        if covered:
            taken.append((f"{code} {granted}", covered))
    return taken, left if rounded else round_up(left, first, following), False


def in_turn(allowances: list[Plain], order: str | None) -> list[Pool]:
    """The pools in the order of use, those of this month after what expires sooner."""
    pools = []
    for written, allowance in enumerate(allowances):
        months = allowance.get("rollover_months", 0)
        priority = -allowance.get("priority", 0)
        for ago in range(months, -1, -1):
            # What was rolled over before what is of this month; of it what expires first.
            expiring = (0, months - ago) if ago else (1, 0)
            turn = (priority, expiring) if order == "priority" else (expiring, priority)
            pools.append((turn, written, (allowance, ago)))
    return [pool for _, _, pool in sorted(pools, key=lambda each: each[:2])]


def holder_of(leg: Leg, allowance: Plain) -> str:
    """Who uses the allowance together."""
    shared_by = allowance.get("shared_by", "subscription")
    if shared_by == "subscription":
        return leg.agreement
    if shared_by == "contract":
        return leg.row.get("contract") or leg.agreement
    return leg.row["customer" if leg.side == "customer" else "carrier"]


def opened(world: World, leg: Leg, code: str, holder: str, granted: str) -> int:
    """What is left of an earlier month, for the version that holds when the month begins."""
    month = month_of(leg)
    if leg.version["valid_from"] > f"{month}-01":
        return 0
    asked = (leg.version["code"], leg.section_name, code, holder, month, granted)
    if "openings" not in world.seen:
        world.seen["openings"] = {
            (
                *(row[name] for name in ("tariff", "section", "allowance", "holder")),
                f"{row['month']:%Y-%m}",
                f"{row['granted']:%Y-%m}",
            ): row["units"]
            for row in world.openings
        }
    return world.seen["openings"].get(asked, 0)


def round_up(wanted: int, first: int, following: int) -> int:
    """The first increment, and as many of the next as are begun."""
    if wanted <= 0:
        return 0
    over = max(0, wanted - first)
    return first + -(-over // following) * following
