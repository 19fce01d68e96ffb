"""The month that a period covers, half-open, in the time zone of whoever settles by it.

A period has no last microsecond: it ends where the next one begins. Its instants are computed from
local midnights, so October 2026 in Warsaw has 31 days of which one has 25 hours, and an event at
00:30 on the first of November local time is November's although it is still October in UTC.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from i18n.errors import Invalid

_CODE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
ONE_DAY = dt.timedelta(days=1)


class NotAMonth(Invalid):
    """{code} is not a month. Write the year and the month, for example 2026-10."""


class Span(NamedTuple):
    """Two instants in UTC; the second is the first one outside."""

    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month as days; `ends_on` is the first day without."""

    code: str
    starts_on: dt.date
    ends_on: dt.date

    @property
    def last_day(self) -> dt.date:
        """The last day inside."""
        return self.ends_on - ONE_DAY

    def span(self, time_zone: str) -> Span:
        """Its instants, by the clocks of a zone."""
        return Span(midnight(self.starts_on, time_zone), midnight(self.ends_on, time_zone))

    def days(self, time_zone: str) -> list[tuple[dt.date, Span]]:
        """Each day with its instants; together they are the month without gap or overlap."""
        dates = [
            self.starts_on + number * ONE_DAY
            for number in range((self.ends_on - self.starts_on).days)
        ]
        return [
            (day, Span(midnight(day, time_zone), midnight(day + ONE_DAY, time_zone)))
            for day in dates
        ]


def month(code: str) -> Month:
    """The month of a code such as 2026-10. Raises NotAMonth."""
    if not isinstance(code, str) or not _CODE.fullmatch(code) or code.startswith("0000"):
        raise NotAMonth(code=repr(code)[:40])
    starts_on = dt.date(int(code[:4]), int(code[5:]), 1)
    return Month(code, starts_on, (starts_on + 31 * ONE_DAY).replace(day=1))


def month_of(day: dt.date) -> Month:
    """The month in which a day lies."""
    return month(f"{day:%Y-%m}")


def following(code: str) -> str:
    """The code of the next month."""
    return month_of(month(code).ends_on).code


def local_day(at: dt.datetime, time_zone: str) -> dt.date:
    """The date an instant shows in a zone."""
    assert at.tzinfo is not None, "an instant is aware"
    return at.astimezone(ZoneInfo(time_zone)).date()


def midnight(day: dt.date, time_zone: str) -> dt.datetime:
    """The instant at which a day begins in a zone, in UTC.

    Where clocks jump over midnight the day begins with the jump; where midnight is shown twice it
    begins at the first.
    """
    return dt.datetime.combine(day, dt.time(), ZoneInfo(time_zone)).astimezone(dt.UTC)
