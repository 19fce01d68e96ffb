"""The local month of dates: each date that is asked for stands in one."""

import datetime as dt

import polars as pl

from settlement.rating.months import months_of


def test_each_date_has_the_first_day_of_its_month() -> None:
    asked = ["2026-10-01", "2026-10-31", "2024-02-29", "2026-01-15"]
    days = pl.Series("day", [*map(dt.date.fromisoformat, asked), None], pl.Date)
    found = months_of(days)
    assert found.to_list() == [
        dt.date(2026, 10, 1),
        dt.date(2026, 10, 1),
        dt.date(2024, 2, 1),
        dt.date(2026, 1, 1),
        None,
    ]


def test_no_dates_have_no_months() -> None:
    for days in ([], [None]):
        given = pl.Series("day", days, pl.Date)
        assert months_of(given).equals(given)
