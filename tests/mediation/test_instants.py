"""A wall clock is read in its zone; what it showed twice or never is said, not guessed."""

import datetime as dt

import polars as pl
import pytest

from mediation.instants import as_iso, with_instants


def read(
    text: str | None, zone: str = "Europe/Warsaw", policy: str = "suspend", set_up: str = ""
) -> tuple[str | None, str | None]:
    frame = pl.DataFrame(
        {"occurred_at": [text], "set_up": [set_up]},
        schema={"occurred_at": pl.String, "set_up": pl.String},
    )
    [(moment, fault)] = (
        with_instants(frame, zone, policy).select("occurred_at", "time_fault").rows()
    )
    return (moment and moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S%z"), fault)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-05 12:00:00", "2026-10-05T10:00:00+0000"),
        ("2026-10-05T12:00:00", "2026-10-05T10:00:00+0000"),
        ("2026/2/1 2:41", "2026-02-01T01:41:00+0000"),
        ("2026-10-05T12:00:00Z", "2026-10-05T12:00:00+0000"),
        ("2026-10-05T12:00:00.250+05:30", "2026-10-05T06:30:00+0000"),
        ("2026-10-25 02:30:00+02:00", "2026-10-25T00:30:00+0000"),
        ("2026-12-31 23:59:59", "2026-12-31T22:59:59+0000"),
    ],
)
def test_a_time_is_read(text: str, moment: str) -> None:
    assert read(text) == (moment, None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (None, "MISSING_TIME"),
        ("2026-02-30 12:00:00", "BAD_TIME"),
        ("2026-10-05", "BAD_TIME"),
        ("noon", "BAD_TIME"),
        ("2026-10-05 24:00:00", "BAD_TIME"),
        ("２０２６-10-05 12:00:00", "BAD_TIME"),
        ("0001-01-01 00:00:00", "BAD_TIME"),
        ("9999-12-31 23:59:59", "BAD_TIME"),
        ("2026-03-29 02:30:00", "IMPOSSIBLE_TIME"),
        ("2026-10-25 02:30:00", "AMBIGUOUS_TIME"),
    ],
)
def test_a_time_that_cannot_be_told_says_why(text: str | None, fault: str) -> None:
    assert read(text) == (None, fault)


@pytest.mark.parametrize(
    ("zone", "text", "fault"),
    [
        ("Australia/Lord_Howe", "2026-04-05 01:45:00", "AMBIGUOUS_TIME"),
        ("Australia/Lord_Howe", "2026-10-04 02:15:00", "IMPOSSIBLE_TIME"),
        ("Pacific/Apia", "2011-12-30 12:00:00", "IMPOSSIBLE_TIME"),
        ("Asia/Kathmandu", "2026-10-25 02:30:00", None),
    ],
)
def test_each_zone_has_its_own_odd_hours(zone: str, text: str, fault: str | None) -> None:
    assert read(text, zone)[1] == fault


def test_an_hour_shown_twice_is_read_by_the_declared_policy() -> None:
    assert read("2026-10-25 02:30:00", policy="first")[0] == "2026-10-25T00:30:00+0000"
    assert read("2026-10-25 02:30:00", policy="second")[0] == "2026-10-25T01:30:00+0000"


def test_an_hour_shown_twice_is_settled_by_the_moment_of_set_up() -> None:
    before_first = str(int(dt.datetime(2026, 10, 25, 0, 29, 40, tzinfo=dt.UTC).timestamp()))
    before_second = str(int(dt.datetime(2026, 10, 25, 1, 29, 40, tzinfo=dt.UTC).timestamp()))

    assert read("2026-10-25 02:30:00", set_up=before_first)[0] == "2026-10-25T00:30:00+0000"
    assert read("2026-10-25 02:30:00", set_up=before_second)[0] == "2026-10-25T01:30:00+0000"
    assert read("2026-10-25 02:30:00", set_up="1")[1] == "AMBIGUOUS_TIME"


@pytest.mark.parametrize(
    ("text", "time_format", "iso"),
    [
        ("20261005120000", "%Y%m%d%H%M%S", "2026-10-05 12:00:00"),
        ("1791201600", "epoch", "2026-10-05 12:00:00Z"),
        ("1791201600500", "epoch_ms", "2026-10-05 12:00:00.500Z"),
        ("soon", "epoch", "soon"),
    ],
)
def test_other_notations_are_rewritten(text: str, time_format: str, iso: str) -> None:
    frame = pl.DataFrame({"time": [text]})

    assert frame.select(as_iso(pl.col("time"), time_format)).item() == iso
