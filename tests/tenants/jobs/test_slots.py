"""A schedule fires when its cron line says so, in its own time zone."""

import datetime as dt

import pytest

from tenants.jobs.slots import MOST_SLOTS, BadCron, due_slots, trigger


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("cron", "after", "until", "slots"),
    [
        ("0 6 * * *", "2026-10-01 00:00", "2026-10-02 12:00", ["10-01 04:00", "10-02 04:00"]),
        # A slot that has fired does not fire again; one of this very instant is due.
        ("0 6 * * *", "2026-10-01 04:00", "2026-10-02 04:00", ["10-02 04:00"]),
        # Summer time ends on 25 October: six o'clock is an hour later in UTC.
        ("0 6 * * *", "2026-10-24 12:00", "2026-10-26 12:00", ["10-25 05:00", "10-26 05:00"]),
        # The hour shown twice fires a daily schedule once and an hourly one twice.
        ("30 2 * * *", "2026-10-24 12:00", "2026-10-25 12:00", ["10-25 00:30"]),
        ("30 * * * *", "2026-10-25 00:00", "2026-10-25 02:00", ["10-25 00:30", "10-25 01:30"]),
        # A time that local clocks skip fires an hour on, that day as well.
        ("30 2 * * *", "2026-03-28 12:00", "2026-03-30 12:00", ["03-29 01:30", "03-30 00:30"]),
        ("0 0 last * *", "2026-01-15 00:00", "2026-03-15 00:00", ["01-30 23:00", "02-27 23:00"]),
        ("0 8 * * mon", "2026-10-01 00:00", "2026-10-06 00:00", ["10-05 06:00"]),
    ],
)
def test_the_slots_between_two_instants(
    cron: str, after: str, until: str, slots: list[str]
) -> None:
    due = due_slots(cron, "Europe/Warsaw", utc(after), utc(until))

    assert [slot.strftime("%m-%d %H:%M") for slot in due] == slots


def test_a_clock_far_ahead_is_caught_up_in_steps() -> None:
    due = due_slots("* * * * *", "UTC", utc("2026-01-01"), utc("2027-02-05"))

    assert len(due) == MOST_SLOTS and due[0] == utc("2026-01-01 00:01")


@pytest.mark.parametrize("cron", ["", "* * * *", "61 * * * *", "0 6 * * 1", "0 6 32 * *", "@daily"])
def test_a_wrong_cron_line_is_refused(cron: str) -> None:
    with pytest.raises(BadCron, match="for example"):
        trigger(cron, "UTC")
