"""What is left of allowances from month to month, counted pool by pool (rule R32)."""

from calendar import monthrange
from collections import defaultdict
from datetime import date
from typing import Any

from tests.reference.rating.lines import leg_of
from tests.reference.rating.metering import holder_of
from tests.reference.rating.world import ALLOWANCE, Id, Leg, Part, Plain, World

# Tariff, section, allowance, holder and the month of the grant.
Pool = tuple[str, str, str, str, str]


def taken_of(parts: list[Part], legs: dict[Id, list[Leg]]) -> dict[Pool, int]:
    """Units that a month took from each pool of which something may be left."""
    taken: dict[Pool, int] = defaultdict(int)
    for part in parts:
        if part.covered_by != ALLOWANCE:
            continue
        leg = leg_of(part, legs)
        assert part.pool is not None
        code, granted = part.pool.rsplit(" ", 1)
        allowance = next(each for each in _allowances(leg.section) if _code(each) == code)
        if not allowance.get("rollover_months"):
            continue
        holder = holder_of(leg, allowance)
        taken[leg.version["code"], leg.section_name, code, holder, granted] += part.free
    return taken


def openings_of(
    month: date, rated: list[date], world: World, taken: dict[Pool, int]
) -> dict[Pool, int]:
    """What a month may use of what rated months before it granted; empty pools are left out."""
    left = {}
    for since in rated:
        last = date(since.year, since.month, monthrange(since.year, since.month)[1])
        ago = month.year * 12 + month.month - since.year * 12 - since.month
        for version in world.tariffs:
            if not _holds(version, last):
                continue
            for section, allowance in _all_allowances(version):
                if not 0 < ago <= allowance.get("rollover_months", 0):
                    continue
                for holder in _holders(world, version["code"], allowance, last):
                    pool = (version["code"], section, _code(allowance), holder, f"{since:%Y-%m}")
                    units = allowance["amount"] - taken.get(pool, 0)
                    if units > 0:
                        left[pool] = units
    return left


def _all_allowances(version: Plain) -> list[tuple[str, Plain]]:
    found = []
    for kind, section in version.items():
        if isinstance(section, dict):
            for place in [section, *section.get("cases", ())]:
                name = kind if place is section else f"{kind}, {place['name']}"
                found += [(name, allowance) for allowance in _allowances(place)]
    return found


def _allowances(section: Plain) -> list[Plain]:
    return section.get("allowances") or [each for each in [section.get("allowance")] if each]


def _code(allowance: Plain) -> str:
    return allowance.get("code", "allowance")


def _holders(world: World, tariff: str, allowance: Plain, day: date) -> set[Any]:
    """Whoever holds the tariff on a day, alone or together."""
    shared_by = allowance.get("shared_by", "subscription")
    found = set()
    for row in [*world.subscriptions, *world.trunks]:
        if row["tariff"] != tariff or not _holds(row, day):
            continue
        own = row.get("subscription") or row["agreement"]
        everybody = row.get("customer") or row["carrier"]
        contract = row.get("contract") or own
        found.add({"subscription": own, "contract": contract}.get(shared_by, everybody))
    return found


def _holds(row: Plain, day: date) -> bool:
    """Half-open; what is not said has no end."""
    return (row.get("valid_from") or "") <= day.isoformat() < (row.get("valid_until") or "9999")
