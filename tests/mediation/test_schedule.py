"""R03: what is missing at the very end shows by the schedule of its source."""

import datetime as dt
from bisect import bisect_right
from typing import Any

import pytest

from mediation.schedule import BadSchedule, Silence, UnknownScheduleSetting, schedule_from, silence

WARSAW = "Europe/Warsaw"
BEGINS = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)


def at(text: str) -> dt.datetime:
    """An instant of October or November 2026, such as `10-05 03:00`, in UTC."""
    return dt.datetime.fromisoformat(f"2026-{text}+00:00")


def silent(settings: dict[str, Any], came: list[str], now: str) -> Silence | None:
    schedule = schedule_from("switch", settings)
    assert schedule is not None
    loaded = [at(each) for each in came]
    return silence(
        schedule,
        WARSAW,
        BEGINS,
        at(now),
        loaded[-1] if loaded else None,
        lambda after: len(loaded) - bisect_right(loaded, after),
    )


@pytest.mark.parametrize(
    ("came", "now", "since"),
    [
        (["10-05 03:00"], "10-05 08:59", None),
        (["10-05 03:00"], "10-05 09:00", "10-05 09:00"),
        (["10-05 03:00"], "10-20 00:00", "10-05 09:00"),
        (["10-05 03:00", "10-05 10:00"], "10-05 12:00", None),
        ([], "10-01 05:59", None),
        ([], "10-01 06:00", "10-01 06:00"),
    ],
)
def test_r03_six_hours_without_a_file_are_a_silence(
    came: list[str], now: str, since: str | None
) -> None:
    found = silent({"every_hours": 6}, came, now)

    assert (found.since if found else None) == (at(since) if since else None)


DAILY = {"daily_by": "04:00"}
WORKDAYS = {"daily_by": "04:00", "days": ["mon", "tue", "wed", "thu", "fri"]}
THRICE = {"daily_by": "04:00", "files": 3}


@pytest.mark.parametrize(
    ("settings", "came", "now", "since"),
    [
        # 4 o'clock in Warsaw is 2 o'clock UTC in summer, 3 o'clock from 25 October on.
        (DAILY, ["10-04 01:00"], "10-05 01:59", None),
        (DAILY, ["10-04 01:00"], "10-05 02:00", "10-05 02:00"),
        (DAILY, ["10-04 01:00", "10-05 01:59"], "10-05 12:00", None),
        (DAILY, ["10-26 02:30"], "10-26 12:00", None),
        (DAILY, ["10-26 02:30"], "10-27 02:59", None),
        (DAILY, ["10-26 02:30"], "10-27 03:00", "10-27 03:00"),
        # A file that comes late ends the silence.
        (DAILY, ["10-04 01:00", "10-05 05:00"], "10-05 06:00", None),
        # Day after day without one, the last day that missed its own is named.
        (DAILY, ["10-04 01:00"], "10-07 12:00", "10-07 02:00"),
        # 2 October 2026 is a Friday: nothing is due on 3 and 4 October.
        (WORKDAYS, ["10-02 01:00"], "10-05 01:59", None),
        (WORKDAYS, ["10-02 01:00"], "10-05 02:00", "10-05 02:00"),
        (THRICE, ["10-04 05:00", "10-04 15:00", "10-05 01:00"], "10-05 02:00", None),
        (THRICE, ["10-04 05:00", "10-04 15:00"], "10-05 02:00", "10-05 02:00"),
        # Registered at 2 in the morning in Warsaw: the first whole day is due on 2 October.
        (DAILY, [], "10-01 02:00", None),
        (DAILY, [], "10-02 01:59", None),
        (DAILY, [], "10-02 02:00", "10-02 02:00"),
    ],
)
def test_r03_a_day_without_its_files_is_a_silence(
    settings: dict[str, Any], came: list[str], now: str, since: str | None
) -> None:
    found = silent(settings, came, now)

    assert (found.since if found else None) == (at(since) if since else None)


@pytest.mark.parametrize(
    "settings",
    [
        {"every_hours": 0},
        {"every_hours": "6"},
        {"every_hours": True},
        {"every_hours": 6, "daily_by": "04:00"},
        {"files": 3},
        {"every_hours": 6, "files": 3},
        {"every_hours": 6, "days": ["mon"]},
        {"daily_by": "24:00"},
        {"daily_by": "4:00"},
        {"daily_by": 400},
        {"daily_by": "04:00", "files": 0},
        {"daily_by": "04:00", "days": []},
        {"daily_by": "04:00", "days": ["monday"]},
    ],
)
def test_a_schedule_that_says_nothing_or_two_things_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(BadSchedule):
        schedule_from("switch", settings)


def test_a_schedule_names_what_it_does_not_know() -> None:
    with pytest.raises(UnknownScheduleSetting, match="weekly"):
        schedule_from("switch", {"weekly": "mon"})


def test_a_source_without_a_schedule_is_never_silent() -> None:
    assert schedule_from("switch", {}) is None
