"""Days of a month, months of a term, and cents."""

import calendar
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def days_of(first: date, until: date) -> list[date]:
    """Every day of a month, in order."""
    return [first + DAY * number for number in range((until - first).days)]


def later(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def cents(amount: Fraction) -> int:
    """Rounded half-up, away from zero."""
    whole = int(abs(amount) * 100 + Fraction(1, 2))
    return whole if amount >= 0 else -whole


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Stretches of days that follow one another, each with the first day after it."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], day + DAY)
        else:
            found.append((day, day + DAY))
    return found


def seconds_between(first: date, until: date, zone: str) -> int:
    """How long it is from one local midnight to another, on the day of 23 hours too."""
    edges = [
        datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for day in (first, until)
    ]
    return int((edges[1] - edges[0]).total_seconds())


def shared(amount: int, weights: list[Fraction]) -> list[int]:
    """Cents by weights: the largest remainder first, of equal ones the first (rule R40)."""
    whole = sum(weights)
    exact = [amount * weight / whole for weight in weights]
    parts = [int(each) for each in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: amount - sum(parts)]:
        parts[place] += 1
    return parts
