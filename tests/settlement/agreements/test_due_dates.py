"""Due dates: the start day is not counted, and holidays move the day by policy (R93)."""

import datetime as dt

import pytest

from settlement.agreements.due_dates import due_on

# 1 November 2026 is a Sunday; 11 November is Independence Day in Poland, a Wednesday.
MONDAY = dt.date(2026, 11, 2)


@pytest.mark.parametrize(
    ("days", "term_days", "holiday", "due"),
    [
        (14, "calendar", "none", dt.date(2026, 11, 16)),
        (0, "calendar", "next", MONDAY),
        # The ninth day is the holiday.
        (9, "calendar", "none", dt.date(2026, 11, 11)),
        (9, "calendar", "next", dt.date(2026, 11, 12)),
        (9, "calendar", "previous", dt.date(2026, 11, 10)),
        # The fifth day is a Saturday.
        (5, "calendar", "next", dt.date(2026, 11, 9)),
        (5, "calendar", "previous", dt.date(2026, 11, 6)),
        # Ten business days leave out two weekends and the holiday.
        (10, "business", "next", dt.date(2026, 11, 17)),
    ],
)
def test_the_due_date_follows_the_policies(days: int, term_days: str, holiday: str, due: dt.date):
    policies = {"term_days": term_days, "holiday": holiday}

    assert due_on(MONDAY, days, policies, "PL") == due


def test_the_holidays_are_those_of_the_payer_s_country():
    policies = {"term_days": "calendar", "holiday": "next"}

    assert due_on(MONDAY, 9, policies, "DE") == dt.date(2026, 11, 11)


def test_nothing_is_due_before_it_was_asked_for():
    sunday = dt.date(2026, 11, 1)
    policies = {"term_days": "calendar", "holiday": "previous"}

    assert due_on(sunday, 0, policies, "PL") == sunday
