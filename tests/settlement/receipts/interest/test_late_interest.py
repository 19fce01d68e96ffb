"""Interest across a change of the rate, of what is owed, and without what is disputed (R109)."""

import datetime as dt
from decimal import Decimal

import pytest

from currencies.money import money, shown
from settlement.receipts.interest.late_interest import (
    Move,
    NoInterestRate,
    RateFrom,
    interest_of,
    stretches,
)

# Due on the last day of May: 31 days to 1 July, 29 days from 2 July to 30 July.
DUE, TURN, LAST = dt.date(2026, 5, 31), dt.date(2026, 7, 2), dt.date(2026, 7, 30)
RATES = (RateFrom(dt.date(2026, 1, 1), Decimal("0.1125")), RateFrom(TURN, Decimal("0.1075")))
NOTHING = money("0.00 PLN")


def owed(amount="1000.00", *paid):
    moves = [Move(DUE, money(amount, "PLN"))]
    return moves + [Move(dt.date.fromisoformat(on), money(f"-{part}", "PLN")) for on, part in paid]


def told(found):
    return [(each.days, shown(each.principal), str(each.rate)) for each in found]


def test_the_rate_changes_while_it_is_owed():
    found = stretches(owed(), NOTHING, RATES, LAST, "PL")

    assert told(found) == [(31, "1000.00 PLN", "0.1125"), (29, "1000.00 PLN", "0.1075")]
    assert shown(interest_of(found, "PLN", "act_365")) == "18.10 PLN"


def test_a_year_of_360_days_asks_for_more():
    found = stretches(owed(), NOTHING, RATES, LAST, "PL")

    # 1000 x (0.1125 x 31 + 0.1075 x 29) / 360 = 18.3472.
    assert shown(interest_of(found, "PLN", "act_360")) == "18.35 PLN"


@pytest.mark.parametrize(
    ("paid_on", "days"),
    [("2026-05-30", 0), ("2026-05-31", 0), ("2026-06-01", 1), ("2026-07-01", 31)],
)
def test_the_day_of_payment_counts_and_the_due_date_does_not(paid_on, days):
    found = stretches(owed("1000.00", (paid_on, "1000.00")), NOTHING, RATES, LAST, "PL")

    assert sum(each.days for each in found) == days


def test_what_is_paid_in_part_bears_interest_on_the_rest():
    found = stretches(owed("1000.00", ("2026-06-10", "400.00")), NOTHING, RATES, TURN, "PL")

    assert [(days, principal) for days, principal, _rate in told(found)] == [
        (10, "1000.00 PLN"),
        (21, "600.00 PLN"),
        (1, "600.00 PLN"),
    ]


def test_what_is_disputed_bears_none():
    assert stretches(owed(), money("1000.00 PLN"), RATES, LAST, "PL") == []

    part = stretches(owed(), money("900.00 PLN"), RATES, LAST, "PL")
    assert shown(interest_of(part, "PLN", "act_365")) == "1.81 PLN"


def test_a_day_without_a_rate_is_an_error_and_not_free():
    with pytest.raises(NoInterestRate, match="2026-06-01"):
        stretches(owed(), NOTHING, RATES[1:], LAST, "PL")


def test_nothing_is_late_before_it_is_due():
    assert stretches(owed(), NOTHING, (), DUE, "PL") == []
