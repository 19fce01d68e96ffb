"""When an invoice or declaration is to be paid (rule R93).

The start day is not counted. `term_days` counts calendar or business days of the payer's country;
`holiday` moves a due date that is no business day to the next or the previous one, or leaves it.
Documents are handed over electronically as they are issued, so they are received that day; of
declarations `term_from` says by whose clock, the tenant's (issue) or the carrier's (receipt).
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache

import holidays

ONE_DAY = dt.timedelta(days=1)
FRIDAY = 4


def due_on(start_on: dt.date, days: int, policies: Mapping[str, str], country: str) -> dt.date:
    """The day of payment, `days` after the start, by the named policies and the country's days."""
    due = _counted(start_on, days, policies["term_days"] == "business", country)
    step = {"next": ONE_DAY, "previous": -ONE_DAY, "none": None}[policies["holiday"]]
    while step is not None and not is_business_day(due, country):
        due += step
    # Nothing is due before it was asked for.
    return max(due, start_on)


def is_business_day(day: dt.date, country: str) -> bool:
    """Whether it is neither a weekend nor a public holiday of the country."""
    return day.weekday() <= FRIDAY and day not in _holidays(country, day.year)


def _counted(start_on: dt.date, days: int, business: bool, country: str) -> dt.date:
    if not business:
        return start_on + days * ONE_DAY
    day = start_on
    while days:
        day += ONE_DAY
        days -= is_business_day(day, country)
    return day


@cache
def _holidays(country: str, year: int) -> frozenset[dt.date]:
    # The list of known countries would import the calendars of all of them.
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
