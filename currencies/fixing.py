"""The fixing: the rate that an agreement or a law says to use, and of which day.

The same amount is converted on different days for different purposes (rule R70): Polish VAT wants
the last business day before the earlier of tax point and issue; a settlement may want the end of
the period; a payout the day before it. So each purpose has a fixing of its own, and none has a
default day such as today.

Business days follow the calendar of the source: Poland's public holidays for the NBP (24 December
is one since 2025), the TARGET days for the ECB. Both come from the holidays package, which knows
each year's law.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

import holidays

Calendar = Literal["PL", "ECB"]
Day = Literal["PL_previous_business_day", "previous_business_day", "on_date", "period_end"]

ONE_DAY = timedelta(days=1)
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Fixing:
    """Whose rates, of which day, by which calendar, and across which currency.

    `pivot` is the currency through which a pair that the source does not quote is converted.
    """

    source: str
    day: Day
    calendar: Calendar = "ECB"
    pivot: str | None = None

    def rate_day(self, on: date) -> date:
        """The day whose rate is used for something that happened on that day."""
        return DAYS[self.day](on, self.calendar)


# The law's fixing for Polish VAT (art. 31a of the VAT act): average NBP rate, table A.
POLISH_VAT = Fixing("NBP-A", "PL_previous_business_day", "PL", "PLN")


def vat_rate_day(tax_point: date, issued_on: date, fixing: Fixing = POLISH_VAT) -> date:
    """The day of the VAT rate: counted from the earlier of tax point and issue."""
    return fixing.rate_day(min(tax_point, issued_on))


def is_business_day(day: date, calendar: Calendar) -> bool:
    """Whether it is neither a weekend nor a holiday of the calendar."""
    return day.weekday() <= FRIDAY and day not in _closed_days(calendar, day.year)


def business_day_before(day: date, calendar: Calendar) -> date:
    """The last business day strictly before the day."""
    return last_business_day(day - ONE_DAY, calendar)


def last_business_day(day: date, calendar: Calendar) -> date:
    """The day itself if it is a business day, else the last one before it."""
    while not is_business_day(day, calendar):
        day -= ONE_DAY
    return day


def _on_date(on: date, calendar: Calendar) -> date:
    """The day itself. Where the source did not publish, there is no rate, and that is an error."""
    return on


def _polish(on: date, calendar: Calendar) -> date:
    """By the Polish calendar whatever calendar the agreement names: the law says so."""
    return business_day_before(on, "PL")


# `period_end` is asked with the last day of the period: the last fixing inside it is used.
DAYS: dict[Day, Callable[[date, Calendar], date]] = {
    "PL_previous_business_day": _polish,
    "previous_business_day": business_day_before,
    "on_date": _on_date,
    "period_end": last_business_day,
}


@cache
def _closed_days(calendar: Calendar, year: int) -> frozenset[date]:
    if calendar == "PL":
        return frozenset(holidays.country_holidays("PL", years=year))
    return frozenset(holidays.financial_holidays("ECB", years=year))
