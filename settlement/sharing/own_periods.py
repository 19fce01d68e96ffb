"""Periods that tiers, guarantees, advances, caps and fees count in, made of whole months.

A quarter or a year is one of the calendar, or is counted from the month in which the agreement
begins (`periods_from`); the term is the agreement from its first month on.
"""

import datetime as dt
from typing import Final, NamedTuple

from settlement.parties.validity import holds_on

MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


class OwnPeriod(NamedTuple):
    """First days of months, half-open; a term has no end that is known beforehand."""

    starts_on: dt.date
    ends_on: dt.date | None

    def has(self, day: dt.date) -> bool:
        """Whether a day lies in it."""
        return holds_on(day, self.starts_on, self.ends_on)


def own_period(
    month: dt.date, kind: str, periods_from: str, agreement_starts_on: dt.date
) -> OwnPeriod:
    """The period of this kind in which a month lies, given by its first day."""
    if kind == "term":
        return OwnPeriod(agreement_starts_on.replace(day=1), None)
    length = MONTHS[kind]
    first = _index(agreement_starts_on) if periods_from == "agreement" else 0
    starts = first + (_index(month) - first) // length * length
    return OwnPeriod(_first_day(starts), _first_day(starts + length))


def _index(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(index: int) -> dt.date:
    return dt.date(index // 12, index % 12 + 1, 1)
