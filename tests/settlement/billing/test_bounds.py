"""Bounds of a bill: how many charges, and how much beside what the customer was billed before."""

from decimal import Decimal

import pytest

from currencies.money import money
from settlement.billing.bounds import (
    Bounds,
    BoundUnreadable,
    TooManyCharges,
    TooMuchBilled,
    Trail,
    bounds_of,
    breach,
)

TENFOLD = Bounds(lines=100, times=Decimal(10))


@pytest.mark.parametrize(
    ("charges", "owed", "months", "billed", "error"),
    [
        # 3 months of 30.00 are an average of 10.00, so 100.00 is the most.
        (100, "100.00", 3, "30.00", None),
        (100, "100.01", 3, "30.00", TooMuchBilled),
        (101, "1.00", 3, "30.00", TooManyCharges),
        # A credit note is measured by what it gives back.
        (1, "-100.01", 3, "30.00", TooMuchBilled),
        # An average of 10 / 3 allows 33.33, and not a cent more.
        (1, "33.33", 3, "10.00", None),
        (1, "33.34", 3, "10.00", TooMuchBilled),
        # Two months say nothing yet, and neither do months that came to nothing.
        (1, "9999.00", 2, "30.00", None),
        (1, "9999.00", 3, "0.00", None),
    ],
)
def test_a_bill_is_within_its_bounds_or_waits(
    charges: int, owed: str, months: int, billed: str, error: type[Exception] | None
) -> None:
    found = breach(TENFOLD, charges, money(owed, "EUR"), Trail(months, money(billed, "EUR")))

    assert (type(found) if found else None) is error


def test_a_new_customer_has_no_amount_to_compare_with() -> None:
    assert breach(TENFOLD, 1, money("9999.00", "EUR"), None) is None


def test_a_tenant_chooses_bounds_or_none() -> None:
    assert bounds_of({}) == Bounds(10_000, Decimal(10))
    chosen = {"bill_lines_bound": "none", "bill_amount_bound": "1.5"}
    assert bounds_of(chosen) == Bounds(None, Decimal("1.5"))


@pytest.mark.parametrize("text", ["0", "-1", "many", "NaN", "Infinity", ""])
def test_a_bound_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BoundUnreadable, match="bill_lines_bound"):
        bounds_of({"bill_lines_bound": text})
