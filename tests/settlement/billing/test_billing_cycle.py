"""Cycles of several months end with the same months every year (G3)."""

import datetime as dt

import pytest

from settlement.billing.billing_cycle import BillingCycle, BillingCycleUnusable, checked_cycle
from settlement.periods.calendar import month


@pytest.mark.parametrize(
    ("months", "closes", "code", "ends", "begins_on"),
    [
        (1, 12, "2026-10", True, "2026-10-01"),
        (3, 12, "2026-10", False, "2026-10-01"),
        (3, 12, "2026-11", False, "2026-10-01"),
        (3, 12, "2026-12", True, "2026-10-01"),
        (3, 1, "2026-12", False, "2026-11-01"),
        (3, 1, "2027-01", True, "2026-11-01"),
        (2, 11, "2027-01", True, "2026-12-01"),
        (6, 3, "2026-09", True, "2026-04-01"),
        (12, 6, "2026-06", True, "2025-07-01"),
        (12, 6, "2026-07", False, "2026-07-01"),
    ],
)
def test_a_cycle_ends_with_its_month_and_begins_so_many_before(
    months: int, closes: int, code: str, begins_on: str, *, ends: bool
):
    cycle = BillingCycle(months, closes)

    assert cycle.ends_with(month(code)) is ends
    assert cycle.begins_on(month(code)) == dt.date.fromisoformat(begins_on)


@pytest.mark.parametrize(("months", "closes"), [(0, 12), (5, 12), (24, 12), (3, 0), (3, 13)])
def test_a_cycle_that_does_not_fit_into_a_year_is_refused(months: int, closes: int):
    with pytest.raises(BillingCycleUnusable, match=f"of {months} months"):
        checked_cycle(BillingCycle(months, closes))
