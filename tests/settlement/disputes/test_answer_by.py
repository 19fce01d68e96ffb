"""An answer is due on a computed day, and late only after it."""

import datetime as dt

import pytest

from settlement.disputes.dispute import answer_by


@pytest.mark.parametrize(
    ("opened_on", "days", "last_day"),
    [
        (dt.date(2026, 11, 2), 30, dt.date(2026, 12, 2)),
        (dt.date(2027, 1, 31), 28, dt.date(2027, 2, 28)),
        (dt.date(2026, 11, 2), 0, dt.date(2026, 11, 2)),
    ],
)
def test_r56_the_day_of_the_dispute_is_not_counted(
    opened_on: dt.date, days: int, last_day: dt.date
):
    assert answer_by(opened_on, days) == last_day
