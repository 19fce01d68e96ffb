"""Which price holds for a leg at an instant."""

from datetime import date, datetime
from typing import Any

from tests.reference.rating.clock import bands_at, valid
from tests.reference.rating.world import Leg, Plain, World, local

PER = {
    "second": 1, "minute": 60, "hour": 3600,
    "byte": 1, "kilobyte": 10**3, "megabyte": 10**6, "gigabyte": 10**9,
    "kilowatt_hour": 1000, "cubic_metre": 1000,
    "core_hour": 3600, "gigabyte_hour": 1000, "device_day": 24,
}  # fmt: skip
USUAL = {"voice": "minute", "data": "megabyte", "meter": "kilowatt_hour"}


def per_of(leg: Leg) -> int:
    """How many units a price is for."""
    usual = USUAL.get(leg.kind.removesuffix("_received"))
    return 1 if usual is None else PER[leg.section.get("per", usual)]


def by_number(section: Plain) -> bool:
    """Whether the price depends on a number."""
    return "rates" in section or "deck" in section


def rates_of(world: World, section: Plain) -> list[Plain]:
    """The rows of prices, written in the section or in the deck it names."""
    return section["rates"] if "rates" in section else world.decks[section["deck"]]


def rate_at(world: World, leg: Leg, instant: datetime) -> Plain | None:
    """The price that holds: longest prefix first, then the highest priority."""
    section = leg.section
    if "price" in section:
        return {"price": section["price"]}
    if "prices" in section:
        price = section["prices"].get(leg.record.get("product"))
        return None if price is None else {"price": price}
    if not by_number(section):
        return {}
    day = leg.start.date()
    holding = bands_at(world, leg.version, section, local(instant, leg.row["zone"]))
    for rate in fitting(world, section, number_of(world, leg), day):
        if rate.get("band") is None or rate["band"] in holding:
            return rate
    return None


def fitting(world: World, section: Plain, number: str, day: date) -> list[Plain]:
    """The rows that fit a number on a day, the best first."""
    asked = ("fitting", id(section), number, day)
    if asked not in world.seen:
        world.seen[asked] = _fitting(world, section, number, day)
    return world.seen[asked]


def _fitting(world: World, section: Plain, number: str, day: date) -> list[Plain]:
    rows = [rate for rate in rates_of(world, section) if valid(rate, day)]
    if "zones" in section and "deck" not in section:
        zone = zone_of(world.zone_plans[section["zones"]], number, day)
        named = [rate for rate in rows if rate["zone"] == zone]
        return sorted(named, key=lambda rate: -rate.get("priority", 0))
    begun = [rate for rate in rows if number.startswith(rate["prefix"])]
    return sorted(begun, key=lambda rate: (-len(rate["prefix"]), -rate.get("priority", 0)))


def zone_of(plan: list[Plain], number: str, day: date) -> str | None:
    """The zone of the longest prefix that is valid on the day."""
    rows = [row for row in plan if number.startswith(row["prefix"]) and valid(row, day)]
    return max(rows, key=lambda row: len(row["prefix"]))["zone"] if rows else None


def number_of(world: World, leg: Leg) -> str:
    """The digits that prices are looked up by: of who is called or calls, or of its operator."""
    section = leg.section
    caller = section.get("rated_number") == "caller"
    number = leg.record.get("a_number" if caller else "b_number") or ""
    if not (number.isascii() and number.isdigit()):
        # A name, or nothing: only a price for every number fits.
        return ""
    if section.get("portability") == "ignored":
        return number
    start = leg.record["occurred_at"]
    for row in world.routes.get(number, ()):
        if row["valid_from"] <= start and (
            row["valid_until"] is None or start < row["valid_until"]
        ):
            return row["operator"]
    return number


def increments(section: Plain, rate: Plain) -> tuple[int, int]:
    """The first and each next increment, of the rate or else of the section."""
    first, following = (
        rate.get(name, section.get(name, 1)) for name in ("first_increment", "next_increment")
    )
    return first, following


def named_zone(world: World, leg: Leg) -> str | None:
    """The zone that names where the leg went, where a zone plan stands beside a deck."""
    if "deck" not in leg.section or "zones" not in leg.section:
        return None
    return zone_of(world.zone_plans[leg.section["zones"]], number_of(world, leg), leg.start.date())


def destination_of(leg: Leg, rate: Plain) -> Any:
    """The destination printed: of the rate, its zone or its prefix, else of the section."""
    if leg.zone is not None:
        return leg.zone
    for name in ("destination", "zone", "prefix"):
        if rate.get(name):
            return rate[name]
    return "any" if "prefix" in rate else leg.section.get("destination", "any")
