"""The days that a row is valid on, and the bands that hold at a minute."""

from datetime import date, datetime
from functools import cache

from tests.reference.rating.world import Plain, World

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@cache
def day_of(text: str) -> date:
    """The date of a text like 2026-10-01."""
    return date.fromisoformat(text)


def valid(row: Plain, day: date) -> bool:
    """Whether a row holds on a day: half-open, without an end where none is said."""
    begins, ends = row.get("valid_from"), row.get("valid_until")
    return (begins is None or day_of(begins) <= day) and (ends is None or day < day_of(ends))


def bands_at(world: World, version: Plain, section: Plain, clock: datetime) -> frozenset[str]:
    """The bands that hold at a minute of the wall clock (rules R16, R19)."""
    bands = section.get("bands")
    if not bands:
        return frozenset()
    calendar = version.get("holidays")
    is_holiday = calendar is not None and clock.date().isoformat() in world.holidays[calendar]
    kept = version.get("holiday_weekday", "replaced") == "kept"
    asked = ("bands", id(bands), clock.hour, clock.minute, clock.weekday(), is_holiday, kept)
    if asked not in world.seen:
        names = (["holiday"] if is_holiday else []) + (
            [DAYS[clock.weekday()]] if kept or not is_holiday else []
        )
        now = clock.strftime("%H:%M")
        world.seen[asked] = frozenset(_holding(bands, now, names))
    return world.seen[asked]


def _holding(bands: list[Plain], now: str, names: list[str]) -> set[str]:
    """`names` are what the day is called: its weekday, holiday, or both."""
    holding = {
        band["name"]
        for band in bands
        for window in band.get("windows", [])
        if ("days" not in window or set(names) & set(window["days"]))
        and _inside(now, window.get("from", "00:00"), window.get("until", "00:00"))
    }
    return holding or {band["name"] for band in bands if band.get("otherwise")}


def _inside(now: str, start: str, end: str) -> bool:
    if start < end:
        return start <= now < end
    return now >= start or now < end
