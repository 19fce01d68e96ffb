"""A wall clock is read in its zone; what it showed twice or never is said, not guessed."""

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mediation.instants import as_iso, with_instants

UTC_OFFSET_CHANGES = {
    # An hour, half an hour, a quarter to, a day that was left out, twice in a month.
    "Europe/Warsaw": ("2026-03-29 02:30", "2026-10-25 02:30", "1945-04-29 00:30"),
    "Australia/Lord_Howe": ("2026-04-05 01:45", "2026-10-04 02:15"),
    "Pacific/Chatham": ("2026-04-05 03:00", "2026-09-27 03:15"),
    "Pacific/Apia": ("2011-12-30 12:00",),
    "Africa/Casablanca": ("2026-02-15 02:30", "2026-03-22 02:30"),
    # A minute past the hour.
    "America/St_Johns": ("2010-03-14 00:01", "2010-11-07 00:01"),
}
CHANGES = [(zone, at) for zone, known in UTC_OFFSET_CHANGES.items() for at in known]


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


@given(
    st.sampled_from(CHANGES),
    st.lists(
        st.one_of(st.integers(-7_200, 7_200), st.integers(-60 * 86_400, 60 * 86_400)),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["suspend", "first", "second"]),
)
# Ten to eleven, and five past: the clock went back to a minute past eleven.
@example(("America/St_Johns", "2010-11-07 00:01"), [-71 * 60, -56 * 60], "suspend")
def test_times_of_one_file_are_read_as_each_alone(
    change: tuple[str, str], seconds: list[int], policy: str
) -> None:
    zone, at = change
    texts = [str(dt.datetime.fromisoformat(at) + dt.timedelta(seconds=each)) for each in seconds]
    frame = pl.DataFrame({"occurred_at": texts, "set_up": pl.Series([""] * len(texts))})

    together = with_instants(frame, zone, policy).select("occurred_at", "time_fault").rows()

    told = [
        (moment and moment.strftime("%Y-%m-%dT%H:%M:%S%z"), fault) for moment, fault in together
    ]
    assert told == [_by_the_clock(text, zone, policy) for text in texts]


def _by_the_clock(text: str, zone: str, policy: str) -> tuple[str | None, str | None]:
    """What Python's own rules of zones say."""
    clock = dt.datetime.fromisoformat(text)
    moments = [
        clock.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(dt.UTC) for fold in (0, 1)
    ]
    shown = [moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment in moments]
    if clock not in shown:
        return None, "IMPOSSIBLE_TIME"
    if moments[0] != moments[1] and policy == "suspend":
        return None, "AMBIGUOUS_TIME"
    settled = moments[policy == "second"]
    if not 1990 <= settled.year <= 2100:
        return None, "BAD_TIME"
    return settled.strftime("%Y-%m-%dT%H:%M:%S%z"), None
