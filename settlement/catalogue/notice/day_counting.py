"""Count days as interconnect agreements do: calendar or business days, the first not counted.

The day of the event is not counted, so one day after the 10th is the 11th; of business days only
those that are neither a weekend nor a public holiday of the named country are counted.
"""

from datetime import date, timedelta
from functools import cache
from typing import Literal

import holidays

from i18n.errors import Invalid

Count = Literal["calendar_days", "business_days"]

ONE_DAY = timedelta(days=1)
FRIDAY = 4


class NegativeDays(Invalid):
    """A window of {days} days is not possible. Give zero or more."""


def days_after(day: date, days: int, count: Count, country: str) -> date:
    """The day that is so many days after the given one. Raises NegativeDays."""
    if days < 0:
        raise NegativeDays(days=days)
    if count == "calendar_days":
        return day + timedelta(days=days)
    while days:
        day += ONE_DAY
        days -= is_working_day(day, country)
    return day


def is_working_day(day: date, country: str) -> bool:
    """Whether it is neither a weekend nor a public holiday of the country."""
    return day.weekday() <= FRIDAY and day not in _holidays(country, day.year)


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))
