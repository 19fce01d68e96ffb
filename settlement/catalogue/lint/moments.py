"""The first instant, in a span of local dates, at which given bands hold."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from settlement.catalogue.bands import MINUTES_OF_DAY, WEEKDAYS, Week
from settlement.catalogue.public_holidays import public_holidays

# A slot of the week comes back in seven days, or in fourteen where the clock jumped over it; a
# holiday comes on each weekday within some years.
_DAYS_OF_WEEKS: Final = 15
_YEARS_OF_HOLIDAYS: Final = 8
_NOON: Final = 12 * 60
_LAST_YEAR: Final = 9000


class Span(NamedTuple):
    """Local dates, half-open."""

    begins: date
    ends: date


class Clock(NamedTuple):
    """The wall clock of a section: its zone, and its calendar of public holidays."""

    zone: str
    week: Week
    calendar: str | None = None


def first_moment(clock: Clock, span: Span, slot: int | None = None) -> datetime | None:
    """The first instant (UTC) of a span in a slot of the week; noon of its first day where none.

    None where the slot does not come up on any of these dates.
    """
    if slot is None:
        return _instant(span.begins, _NOON, clock.zone)
    minutes = _first_minutes(clock.week)
    knows_holidays = clock.week.knows_holidays
    reach = _YEARS_OF_HOLIDAYS * 366 if knows_holidays else _DAYS_OF_WEEKS
    dates = frozenset[date]()
    if knows_holidays and clock.calendar and span.begins.year < _LAST_YEAR:
        year = span.begins.year
        dates = _holidays(clock.calendar, year, year + _YEARS_OF_HOLIDAYS)
    for later in range(min(reach, (span.ends - span.begins).days)):
        day = span.begins + timedelta(days=later)
        row = day.weekday() + (len(WEEKDAYS) if day in dates else 0)
        minute = minutes.get((row, slot))
        found = None if minute is None else _instant(day, minute, clock.zone)
        if found is not None:
            return found
    return None


def _instant(day: date, minute: int, zone: str) -> datetime | None:
    """What a wall clock shows, as an instant; None where it jumps over that."""
    local = datetime.combine(day, time(*divmod(minute, 60)), ZoneInfo(zone))
    instant = local.astimezone(UTC)
    shown = instant.astimezone(ZoneInfo(zone))
    return instant if shown.replace(tzinfo=None) == local.replace(tzinfo=None) else None


@cache
def _first_minutes(week: Week) -> Mapping[tuple[int, int], int]:
    """The first minute of a slot on each row of the week that has it."""
    found: dict[tuple[int, int], int] = {}
    for place, slot in enumerate(week.slot_of_minute):
        row, minute = divmod(place, MINUTES_OF_DAY)
        found.setdefault((row, slot), minute)
    return found


@cache
def _holidays(calendar: str, first_year: int, last_year: int) -> frozenset[date]:
    return public_holidays(calendar, first_year, last_year)
