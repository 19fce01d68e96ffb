"""What is missing to the commitments of subscriptions, once a month is over."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.reference.rating.clock import valid
from tests.reference.rating.month import rate_legs
from tests.reference.rating.prices import PER, USUAL
from tests.reference.rating.world import Plain, World


def shortfalls(
    usage: list[Plain], world: World, first: date, until: date
) -> dict[tuple[Any, ...], tuple[int, Fraction]]:
    """Units missing and what they cost, by subscription, version and section."""
    used = _used(usage, world, first, until)
    found = {}
    for agreement, (day, row) in _last_days(world, first, until).items():
        for version in world.tariffs:
            if version["code"] != row["tariff"] or not valid(version, day):
                continue
            for name, section, kind in _sections(version):
                tiers = section.get("tiers", {})
                if tiers.get("kind") != "commitment":
                    continue
                usual = USUAL.get(kind.removesuffix("_received"))
                per = 1 if usual is None else PER[section.get("per", usual)]
                key = (agreement, version["code"], version["valid_from"], name)
                missing = tiers["units"] * per - used[key]
                if missing > 0:
                    found[key] = (missing, Fraction(tiers["price"]) * missing / per)
    return found


def _last_days(world: World, first: date, until: date) -> dict[str, tuple[date, Plain]]:
    """The last day of each subscription within the month, and its row of that day."""
    last: dict[str, tuple[date, Plain]] = {}
    day = first
    while day < until:
        for row in world.subscriptions:
            if valid(row, day):
                last[row["subscription"]] = (day, row)
        day += timedelta(1)
    return last


def _sections(version: Plain) -> list[tuple[str, Plain, str]]:
    kinds = [kind for kind in version if isinstance(version[kind], dict)]
    return [(kind, version[kind], kind) for kind in kinds] + [
        (f"{kind}, {case['name']}", case, kind)
        for kind in kinds
        for case in version[kind].get("cases", ())
    ]


def _used(usage: list[Plain], world: World, first: date, until: date) -> Counter[Any]:
    """Billed units of the local month; what is set aside in a session is not billed."""
    parts, _, legs = rate_legs(usage, world)
    sections = {}
    for own in legs.values():
        for leg in own:
            record = leg.record["source"], leg.record["record_key"]
            version = (leg.version["code"], leg.version["valid_from"], leg.section_name)
            if leg.side == "customer" and first <= leg.start.date() < until:
                sections[(*record, leg.agreement)] = version
    used: Counter[Any] = Counter()
    for part in parts:
        version = sections.get((part.source, part.record, part.agreement))
        if version and part.side == "customer":
            used[(part.agreement, *version)] += part.billed
    return used
