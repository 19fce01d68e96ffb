"""A week as rows of stretches, to be drawn: which bands hold from when until when on each day.

Public holidays stand apart: in one row where they are all alike, in one for each weekday where the
weekday still counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from settlement.catalogue.bands import MINUTES_OF_DAY, WEEKDAYS, Week


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes of a day, half-open, in which the same bands hold; `slot` counts sets of bands."""

    begins: int
    ends: int
    slot: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day from 00:00 to 24:00; 0 is Monday, None any holiday."""

    weekday: int | None
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class WeekPicture:
    """The days of a week, those that are holidays, and the names of the bands of each slot."""

    slots: tuple[tuple[str, ...], ...]
    days: tuple[Day, ...]
    holidays: tuple[Day, ...]


def week_picture(week: Week) -> WeekPicture:
    """Join minutes of one slot to stretches, row by row."""
    places = range(0, len(week.slot_of_minute), MINUTES_OF_DAY)
    rows = [_stretches(week.slot_of_minute[place : place + MINUTES_OF_DAY]) for place in places]
    plain, holidays = rows[: len(WEEKDAYS)], rows[len(WEEKDAYS) :]
    return WeekPicture(
        slots=tuple(tuple(sorted(names)) for names in week.slots),
        days=_days(plain),
        holidays=(Day(None, holidays[0]),) if len(set(holidays)) == 1 else _days(holidays),
    )


def _days(rows: Sequence[tuple[Stretch, ...]]) -> tuple[Day, ...]:
    return tuple(Day(weekday, stretches) for weekday, stretches in enumerate(rows))


def _stretches(slots: Sequence[int]) -> tuple[Stretch, ...]:
    found, begins = [], 0
    for slot, minutes in groupby(slots):
        ends = begins + sum(1 for _ in minutes)
        found.append(Stretch(begins, ends, slot))
        begins = ends
    return tuple(found)
