"""On which day partners and carriers are paid (rule R104).

The wish is a day of the month. Where the month is too short it is its last day, and the wish is
kept for the next month: 31 gives 31, 28, 31. A day on which banks do not work is moved by the
policy `weekend`: to the business day before, to the next one, or not at all. Business days are
those of the country that pays.
"""

import datetime as dt
from calendar import monthrange

from settlement.catalogue.business_days import ONE_DAY, is_business_day

STEPS = {"previous": -ONE_DAY, "next": ONE_DAY, "none": None}


def wished_day(year: int, month: int, day: int) -> dt.date:
    """The wished day of a month, or its last one."""
    return dt.date(year, month, min(day, monthrange(year, month)[1]))


def moved(day: dt.date, weekend: str, country: str) -> dt.date:
    """The day itself if banks work, else the one that the policy says."""
    step = STEPS[weekend]
    while step is not None and not is_business_day(day, country):
        day += step
    return day


def next_pay_day(today: dt.date, day: int, weekend: str, country: str) -> dt.date:
    """The first pay day from today on, for a wished day of the month."""
    year, month = today.year, today.month
    while (found := moved(wished_day(year, month, day), weekend, country)) < today:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found
