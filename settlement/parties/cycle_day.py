"""On which day of a month the bills of a customer begin.

    cycle day 15    a bill from 15 September to 14 October, the next one from 15 October

Operators spread their customers over the days of a month. The day that holds on the last day of a
month cuts this month: what lies before it is billed with the month, the rest with the next one.
Whatever the days were and whenever they changed, a bill goes from where the one before ended.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from i18n.errors import Invalid
from settlement.parties.validity import holds_on

# The calendar month, for whoever chose nothing.
CALENDAR: Final = 1
# Every month has it.
LATEST: Final = 28


class CycleDayUnusable(Invalid):
    """Bills cannot begin on day {day}. Choose a day from 1 to 28; 1 is the calendar month."""


@dataclass(frozen=True, slots=True)
class DatedCycleDay:
    """A cycle day from one local day until another, the second the first day without."""

    day: int
    valid_from: dt.date
    valid_until: dt.date | None = None


def checked_day(day: int) -> int:
    """The cycle day as it may be kept. Raises CycleDayUnusable."""
    if day not in range(CALENDAR, LATEST + 1):
        raise CycleDayUnusable(day=day)
    return day


def cut_of(dated: Sequence[DatedCycleDay], starts_on: dt.date, ends_on: dt.date) -> dt.date:
    """The first day of a month, half-open, that is billed with the next one: its end, or earlier.

    `dated` are the cycle days of one customer, apart in time.
    """
    last_day = ends_on - dt.timedelta(days=1)
    held = (each.day for each in dated if holds_on(last_day, each.valid_from, each.valid_until))
    day = next(held, CALENDAR)
    return ends_on if day == CALENDAR else starts_on.replace(day=day)
