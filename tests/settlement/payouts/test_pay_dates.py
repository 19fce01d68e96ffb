"""The day of payment: wished, shortened by the month, moved by the weekend (R104)."""

import datetime as dt

import pytest

from settlement.payouts.pay_dates import moved, next_pay_day, wished_day


def test_day_31_is_the_last_day_and_the_wish_is_kept():
    assert [wished_day(2026, month, 31).day for month in (1, 2, 3)] == [31, 28, 31]


@pytest.mark.parametrize(
    ("weekend", "day"),
    [
        ("previous", dt.date(2026, 2, 27)),
        ("next", dt.date(2026, 3, 2)),
        ("none", dt.date(2026, 2, 28)),
    ],
)
def test_a_saturday_is_moved_by_policy(weekend: str, day: dt.date):
    assert moved(dt.date(2026, 2, 28), weekend, "PL") == day


@pytest.mark.parametrize(
    ("today", "day", "expected"),
    [
        (dt.date(2026, 11, 2), 10, dt.date(2026, 11, 10)),
        (dt.date(2026, 11, 10), 10, dt.date(2026, 11, 10)),
        # 11 November is a holiday in Poland, so the payment moves to the day before, which is over.
        (dt.date(2026, 11, 11), 11, dt.date(2026, 12, 11)),
        (dt.date(2026, 12, 31), 10, dt.date(2027, 1, 8)),
    ],
)
def test_the_next_pay_day_is_today_or_later(today: dt.date, day: int, expected: dt.date):
    assert next_pay_day(today, day, "previous", "PL") == expected
