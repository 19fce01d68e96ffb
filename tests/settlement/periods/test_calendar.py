"""A month is half-open, and the clocks of the zone decide when it begins and ends."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from settlement.periods.calendar import NotAMonth, following, local_day, midnight, month, month_of

ZONES = [
    "Europe/Warsaw",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "UTC",
]


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_october_in_warsaw_begins_in_summer_time_and_ends_in_winter_time():
    span = month("2026-10").span("Europe/Warsaw")

    assert span.starts_at == at("2026-09-30T22:00+00:00")
    assert span.ends_at == at("2026-10-31T23:00+00:00")


def test_october_in_warsaw_has_31_days_and_one_of_25_hours():
    days = month("2026-10").days("Europe/Warsaw")

    hours = {day: (span.ends_at - span.starts_at) / dt.timedelta(hours=1) for day, span in days}
    assert len(hours) == 31
    assert {day: length for day, length in hours.items() if length != 24} == {
        dt.date(2026, 10, 25): 25
    }


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Warsaw", dt.date(2026, 3, 29), 23),
        ("America/New_York", dt.date(2026, 3, 8), 23),
        ("America/New_York", dt.date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", dt.date(2026, 4, 5), 24.5),
        ("Pacific/Apia", dt.date(2011, 12, 30), 0),
        ("America/Sao_Paulo", dt.date(2018, 11, 4), 23),
    ],
)
def test_a_day_is_as_long_as_its_clocks_say(zone: str, day: dt.date, hours: float):
    length = midnight(day + dt.timedelta(days=1), zone) - midnight(day, zone)

    assert length / dt.timedelta(hours=1) == hours


@pytest.mark.parametrize("zone", ZONES)
def test_days_make_up_months_and_months_make_up_years_without_gap(zone: str):
    months = [month(f"{year}-{number:02}") for year in (2024, 2026) for number in range(1, 13)]

    for each in months:
        days = [span for _, span in each.days(zone)]
        assert (days[0].starts_at, days[-1].ends_at) == each.span(zone)
        assert all(earlier.ends_at == later.starts_at for earlier, later in pairwise(days))
    for earlier, later in pairwise(months):
        if following(earlier.code) == later.code:
            assert earlier.span(zone).ends_at == later.span(zone).starts_at


def test_the_last_instant_belongs_to_the_next_month():
    ends_at = month("2026-10").span("Europe/Warsaw").ends_at

    assert local_day(ends_at, "Europe/Warsaw") == dt.date(2026, 11, 1)
    assert local_day(ends_at - dt.timedelta(microseconds=1), "Europe/Warsaw") == dt.date(
        2026, 10, 31
    )


def test_the_same_instant_is_another_month_elsewhere():
    late = dt.datetime(2026, 10, 31, 23, 30, tzinfo=ZoneInfo("UTC"))

    assert month_of(local_day(late, "Europe/Warsaw")).code == "2026-11"
    assert month_of(local_day(late, "America/New_York")).code == "2026-10"


def test_december_is_followed_by_january():
    assert following("2026-12") == "2027-01"
    assert month("2028-02").last_day == dt.date(2028, 2, 29)


@pytest.mark.parametrize(
    "code", ["2026-13", "2026-00", "2026-1", "26-10", "2026/10", "", "0000-01", "２０２６-10"]
)
def test_what_is_not_a_month_is_refused(code: str):
    with pytest.raises(NotAMonth):
        month(code)
