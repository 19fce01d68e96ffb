"""Who is charged for a record by what, or why nobody can be."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.reference.rating.clock import valid
from tests.reference.rating.prices import (
    by_number,
    increments,
    named_zone,
    rate_at,
    rates_of,
)
from tests.reference.rating.world import Leg, Plain, World, local

LONGEST_CALL = 100 * 86_400
LARGEST = {"data": 10**15, "meter": 10**15}
# What a carrier neither brings nor takes.
OWN = ("content", "meter")
UNITS = {
    "megabyte": "byte", "gigabyte": "byte", "kilobyte": "byte", "byte": "byte",
    "kilowatt_hour": "watt_hour", "cubic_metre": "litre",
    "core_hour": "core_second", "gigabyte_hour": "megabyte_hour", "device_day": "device_hour",
}  # fmt: skip
CONDITIONS = (
    "agent_kind", "agent_location", "leg", "queue", "trunk_in", "trunk_out", "product", "unit",
)  # fmt: skip


def look_at(world: World, record: Plain) -> str | list[Leg]:
    """The legs of a record, or the reason why it has none."""
    fault = fault_of(record)
    if fault:
        return fault
    legs = []
    for name, balance, rows, kind in sides(world, record):
        leg = find_leg(name, balance, rows, kind, record, world)
        if isinstance(leg, str):
            if kind.endswith("_received"):
                continue
            return leg
        choose_case(leg)
        leg.zone = named_zone(world, leg)
        reason = price_missing(world, leg)
        if reason:
            return reason
        legs.append(leg)
    return legs or "NO_CARRIER"


def fault_of(record: Plain) -> str | None:
    """What makes a record unfit whoever pays."""
    timed, seconds = record["kind"] == "voice", record["duration_seconds"]
    if (timed and seconds == 0) or (record["kind"] == "meter" and record["quantity"] == 0):
        return "unbillable"
    if record["occurred_at"] is None:
        return "NO_TIME"
    if timed and seconds is None:
        return "NO_DURATION"
    if timed and not 0 <= seconds <= LONGEST_CALL:
        return "BAD_DURATION"
    if record["kind"] == "meter" and record["quantity"] < 0:
        return "READING_WENT_BACK"
    if not 0 <= record["quantity"] <= LARGEST.get(record["kind"], 10**7):
        return "BAD_QUANTITY"
    if record.get("amount") is not None and abs(record["amount"]) >= 10**15:
        return "AMOUNT_TOO_LARGE"
    return None


def sides(world: World, record: Plain) -> Iterator[tuple[str, str, list[Plain], str]]:
    """Side, balance, the rows of whoever may pay, and the section."""
    kind, direction = record["kind"], record["direction"]
    account, t_in, t_out = (record.get(name) for name in ("account", "trunk_in", "trunk_out"))
    own = world.accounts.get(account, [])
    if direction == "outgoing" or kind in OWN:
        yield "customer", "receivable", own, kind
    if kind in OWN:
        return
    if direction == "incoming" and account is not None:
        yield "customer", "receivable", own, kind + "_received"
    if direction == "transit" or (direction == "incoming" and t_in is not None):
        yield "carrier", "receivable", world.lines.get((t_in, "incoming"), []), kind
    if direction == "transit" or (direction == "outgoing" and t_out is not None):
        yield "carrier", "payable", world.lines.get((t_out, "outgoing"), []), kind


def find_leg(
    side: str, balance: str, rows: list[Plain], kind: str, record: Plain, world: World
) -> str | Leg:
    """Who pays on the local date of the start, by the version of that date."""
    customer = side == "customer"
    for row in rows:
        day = local(record["occurred_at"], row["zone"]).date()
        if not valid(row, day):
            continue
        for version in world.tariffs:
            if version["code"] == row["tariff"] and kind in version and valid(version, day):
                agreement = row["subscription" if customer else "agreement"]
                return Leg(record, side, balance, agreement, row, version, kind, version[kind])
        return "NO_TARIFF" if customer else "NO_CARRIER_RATE"
    return "NO_SUBSCRIPTION" if customer else "NO_CARRIER"


def choose_case(leg: Leg) -> None:
    """The first case of which all conditions hold takes the place of the section."""
    for case in leg.section.get("cases", ()):
        if all(holds(name, values, leg.record) for name, values in case["when"].items()):
            leg.section, leg.case = case, case["name"]
            return


def holds(name: str, values: list[str], record: Plain) -> bool:
    """Whether the event has one of the values; a caller begins with one."""
    if name == "a_prefix":
        return any((record.get("a_number") or "").startswith(value) for value in values)
    assert name in CONDITIONS, name
    return record.get(name) in values


def price_missing(world: World, leg: Leg) -> str | None:
    """Why the leg cannot be charged; a call under the minimum is free without a price."""
    section, record = leg.section, leg.record
    if leg.units < section.get("minimum_seconds", 0):
        return None
    if leg.kind == "meter" and record["unit"] != UNITS[section.get("per", "kilowatt_hour")]:
        return "UNIT_DIFFERS"
    if "prices" in section and record.get("product") not in section["prices"]:
        return "NO_PRODUCT_PRICE"
    if section.get("record"):
        if record.get("amount") is None:
            return "NO_AMOUNT"
        return None if record["currency"] == leg.version["currency"] else "OTHER_CURRENCY"
    return rate_missing(world, leg) if by_number(section) else None


def rate_missing(world: World, leg: Leg) -> str | None:
    """A price is needed at the start, and with SPLIT at each minute that the call may reach."""
    section, start = leg.section, leg.record["occurred_at"]
    if rate_at(world, leg, start) is None:
        return "NO_RATE"
    if section.get("band_crossing") != "SPLIT":
        return None
    reach = leg.units
    if section.get("split_tail") == "clock":
        # An increment may carry the tail on.
        reach += max(max(increments(section, rate)) for rate in rates_of(world, section))
    for minute, _ in minutes(start, 0, reach):
        if rate_at(world, leg, minute) is None:
            return "NO_RATE"
    return None


def minutes(start: datetime, first: int, until: int) -> Iterator[tuple[datetime, int]]:
    """The seconds of a call from one to another, by the minutes they lie in, and how many."""
    start = start.replace(microsecond=0)
    while first < until:
        instant = start + timedelta(seconds=first)
        here = min(60 - instant.second, until - first)
        yield instant, here
        first += here
