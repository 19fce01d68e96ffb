"""Business days of a country: neither a weekend nor one of its public holidays."""

from datetime import date, timedelta
from functools import cache
from typing import Final

import holidays

ONE_DAY: Final = timedelta(days=1)
FRIDAY: Final = 4


def is_business_day(day: date, country: str) -> bool:
    """Whether it is neither a weekend nor a public holiday of the country."""
    return day.weekday() <= FRIDAY and day not in _holidays(country, day.year)


def business_days_after(day: date, count: int, country: str) -> date:
    """The day that lies so many business days after another, which is not counted."""
    while count:
        day += ONE_DAY
        count -= is_business_day(day, country)
    return day


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    # A country without a calendar has weekends alone; asked for the list of known countries, the
    # library would import the calendars of all of them.
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
