"""When files of a source are due, and since when a source has been silent (R03).

What is missing at the very end leaves no gap between numbers: nothing has come after it. So a
source may say when its files come, as a plain mapping with one of the first two:

    every_hours   no more than these pass between two files
    daily_by      a time of day in the zone of the source, such as "04:00": by then
    files         so many files have come (1) since that time of the day before
    days          on which they are due: mon, tue, wed, thu, fri, sat, sun (all)

A file counts when it is loaded: one that is quarantined is no usage. One that comes late ends the
silence, and counts among those that are due next as well.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from i18n.errors import Invalid
from i18n.locale import Words, _

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS_MOST: Final = 24 * 366
FILES_MOST: Final = 100_000
_WEEK: Final = 7


class UnknownScheduleSetting(Invalid):
    """The schedule of source {source} has a setting {setting}. Use only: {known}."""


class BadSchedule(Invalid):
    """The schedule of source {source} cannot be used: {setting} is {value}. Give {wanted}."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When files are due: so many hours after the last one, or by a time of day."""

    every_hours: int | None = None
    daily_by: dt.time | None = None
    files: int = 1
    days: tuple[str, ...] = DAYS


class Silence(NamedTuple):
    """Since when files are overdue; nothing was loaded after `quiet_from`."""

    since: dt.datetime
    quiet_from: dt.datetime


def schedule_from(source: str, settings: Mapping[str, Any]) -> Schedule | None:
    """Read a schedule; None where nothing is said. Raises: UnknownScheduleSetting, BadSchedule."""
    if not settings:
        return None
    known = tuple(Schedule.__dataclass_fields__)
    for setting in settings:
        if setting not in known:
            raise UnknownScheduleSetting(source=source, setting=setting, known=", ".join(known))
    for setting, is_good, wanted in _demands(settings):
        if not is_good:
            value = settings.get(setting, "-")
            raise BadSchedule(source=source, setting=setting, value=value, wanted=wanted)
    daily_by = settings.get("daily_by")
    return Schedule(
        every_hours=settings.get("every_hours"),
        daily_by=None if daily_by is None else _time(daily_by),
        files=settings.get("files", 1),
        days=tuple(day for day in DAYS if day in settings.get("days", DAYS)),
    )


def silence(
    schedule: Schedule,
    zone: str,
    begins: dt.datetime,
    now: dt.datetime,
    last_at: dt.datetime | None,
    loaded_after: Callable[[dt.datetime], int],
) -> Silence | None:
    """Since when a source has been silent; None where nothing of it is overdue.

    Args:
        begins: when the source was registered; nothing is due before.
        last_at: when its last file was loaded.
        loaded_after: how many of its files were loaded after an instant.
    """
    quiet_from = last_at or begins
    if schedule.every_hours is not None:
        due = quiet_from + dt.timedelta(hours=schedule.every_hours)
        return Silence(due, quiet_from) if due <= now else None
    due, before = _last_two(schedule, zone, now)
    if before < begins or loaded_after(before) >= schedule.files:
        return None
    return Silence(due, quiet_from)


def _last_two(schedule: Schedule, zone: str, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """The last instant at which files were due, and the one before it."""
    assert schedule.daily_by is not None, "a schedule without hours has a time of day"
    today = now.astimezone(ZoneInfo(zone)).date()
    due = []
    for back in range(2 * _WEEK + 1):
        day = today - dt.timedelta(days=back)
        if DAYS[day.weekday()] in schedule.days:
            at = dt.datetime.combine(day, schedule.daily_by, ZoneInfo(zone)).astimezone(dt.UTC)
            due += [at] if at <= now else []
    return due[0], due[1]


def _demands(settings: Mapping[str, Any]) -> list[tuple[str, bool, Words]]:
    hours, by = settings.get("every_hours"), settings.get("daily_by")
    files, days = settings.get("files", 1), settings.get("days", DAYS)
    is_daily = by is not None
    return [
        (
            "every_hours",
            hours is None or _is_count(hours, HOURS_MOST),
            Words(_("hours, 1 to {most}"), most=HOURS_MOST),
        ),
        ("daily_by", by is None or _time(by) is not None, Words(_("a time such as 04:00"))),
        ("every_hours", (hours is None) is is_daily, Words(_("either every_hours or daily_by"))),
        (
            "files",
            _is_count(files, FILES_MOST),
            Words(_("a count, 1 to {most}"), most=FILES_MOST),
        ),
        ("files", is_daily or "files" not in settings, Words(_("it with daily_by only"))),
        ("days", _are_days(days), Words(_("some of {choices}"), choices=", ".join(DAYS))),
        ("days", is_daily or "days" not in settings, Words(_("them with daily_by only"))),
    ]


def _is_count(value: object, most: int) -> bool:
    return type(value) is int and 1 <= value <= most


def _are_days(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(each in DAYS for each in value)


def _time(text: object) -> dt.time | None:
    if not isinstance(text, str) or len(text) != len("04:00"):
        return None
    try:
        return dt.datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day alone
    except ValueError:
        return None
