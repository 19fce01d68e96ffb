"""Which period of its own a month lies in."""

import datetime as dt

import pytest

from settlement.sharing.own_periods import OwnPeriod, own_period

BEGAN = dt.date(2026, 2, 15)


@pytest.mark.parametrize(
    ("month", "kind", "periods_from", "starts_on", "ends_on"),
    [
        ("2026-10-01", "month", "calendar", "2026-10-01", "2026-11-01"),
        ("2026-12-01", "quarter", "calendar", "2026-10-01", "2027-01-01"),
        ("2026-02-01", "quarter", "calendar", "2026-01-01", "2026-04-01"),
        ("2026-04-01", "quarter", "agreement", "2026-02-01", "2026-05-01"),
        ("2026-05-01", "quarter", "agreement", "2026-05-01", "2026-08-01"),
        ("2027-01-01", "year", "agreement", "2026-02-01", "2027-02-01"),
        ("2027-01-01", "year", "calendar", "2027-01-01", "2028-01-01"),
    ],
)
def test_a_month_lies_in_a_period_of_the_calendar_or_of_the_agreement(
    month: str, kind: str, periods_from: str, starts_on: str, ends_on: str
) -> None:
    found = own_period(dt.date.fromisoformat(month), kind, periods_from, BEGAN)

    assert (str(found.starts_on), str(found.ends_on)) == (starts_on, ends_on)
    assert found.has(dt.date.fromisoformat(month))
    assert not found.has(dt.date.fromisoformat(ends_on))


def test_a_term_begins_with_the_agreement_s_first_month_and_has_no_end() -> None:
    found = own_period(dt.date(2030, 1, 1), "term", "calendar", BEGAN)

    assert found == OwnPeriod(dt.date(2026, 2, 1), None)
    assert found.has(dt.date(2099, 1, 1))
