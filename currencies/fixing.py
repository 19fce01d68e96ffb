"""The fixing: the rate that an agreement or a law says to use, and of which day.

The same amount is converted on different days for different purposes (rule R70): Polish VAT wants
the last business day before the earlier of tax point and issue; a settlement may want the end of
the period; a payout the day before it. So each purpose has a fixing of its own, and none has a
default day such as today.

Business days follow the calendar of the source: Poland's public holidays for the NBP (24 December
is one since 2025), the TARGET days for the ECB, Ukraine's (none while martial law is in force) and
Russia's for their banks, the federal ones of the United States for the IMF. All come from the
holidays package, which knows each year's law.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

import holidays

from i18n.errors import Invalid

Calendar = Literal["PL", "ECB", "UA", "RU", "US"]
Day = Literal[
    "PL_previous_business_day",
    "RU_in_force",
    "previous_business_day",
    "on_date",
    "period_end",
    "period_average",
    "fixed",
]


class NoFixedDay(Invalid):
    """A fixing of {source} says fixed and names no day. Name the day of the rate agreed."""


ONE_DAY = timedelta(days=1)
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Fixing:
    """Whose rates, of which day, by which calendar, and across which currency.

    `pivot` is the currency through which a pair that the source does not quote is converted.
    `fixed_on` is the day of the one rate that a contract fixes, where the day is `fixed`.
    """

    source: str
    day: Day
    calendar: Calendar = "ECB"
    pivot: str | None = None
    fixed_on: date | None = None

    def __post_init__(self) -> None:
        if (self.day == "fixed") != (self.fixed_on is not None):
            raise NoFixedDay(source=self.source)

    def rate_day(self, on: date) -> date:
        """The day whose rate is used for something that happened on that day."""
        return self.fixed_on or DAYS[self.day](on, self.calendar)

    def averaged_days(self, on: date) -> list[date]:
        """The business days of the month up to that day, whose rates make its average."""
        days = (on.replace(day=day) for day in range(1, on.day + 1))
        return [day for day in days if is_business_day(day, self.calendar)]


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


def _in_force_in_russia(on: date, calendar: Calendar) -> date:
    """The Bank of Russia's rates hold from the day after the business day they were set on."""
    return business_day_before(on, "RU") + ONE_DAY


# `period_end` is asked with the last day of the period: the last fixing inside it is used.
DAYS: dict[Day, Callable[[date, Calendar], date]] = {
    "PL_previous_business_day": _polish,
    "previous_business_day": business_day_before,
    "RU_in_force": _in_force_in_russia,
    "on_date": _on_date,
    "fixed": _on_date,
    # An average of many days is called by the last of them.
    "period_average": last_business_day,
    "period_end": last_business_day,
}


@cache
def _closed_days(calendar: Calendar, year: int) -> frozenset[date]:
    if calendar == "ECB":
        return frozenset(holidays.financial_holidays("ECB", years=year))
    return frozenset(holidays.country_holidays(calendar, years=year))
