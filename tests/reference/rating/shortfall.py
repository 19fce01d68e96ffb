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
    length = (until - first).days
    found = {}
    for agreement, held in _days(world, first, until).items():
        for version in world.tariffs:
            own = [
                number
                for number, row in held.items()
                if row["tariff"] == version["code"] and valid(version, first + timedelta(number))
            ]
            for name, section, kind in _sections(version):
                tiers = section.get("tiers", {})
                if tiers.get("kind") != "commitment":
                    continue
                usual = USUAL.get(kind.removesuffix("_received"))
                per = 1 if usual is None else PER[section.get("per", usual)]
                key = (agreement, version["code"], version["valid_from"], name)
                units = tiers["units"] * per
                if tiers.get("part_of_month", "prorated") == "whole":
                    promised = units if max(held) in own else 0
                else:
                    # Day by day: what is due by its evening less what was due by its morning.
                    promised = sum(
                        _half_up(units * (number + 1), length) - _half_up(units * number, length)
                        for number in own
                    )
                missing = promised - used[key]
                if missing > 0:
                    found[key] = (missing, Fraction(tiers["price"]) * missing / per)
    return found


def _half_up(units: int, length: int) -> int:
    return (2 * units + length) // (2 * length)


def _days(world: World, first: date, until: date) -> dict[str, dict[int, Plain]]:
    """The days of the month on which each subscription holds, from 0, and its row of that day."""
    held: dict[str, dict[int, Plain]] = {}
    for number in range((until - first).days):
        for row in world.subscriptions:
            if valid(row, first + timedelta(number)):
                held.setdefault(row["subscription"], {})[number] = row
    return held


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
