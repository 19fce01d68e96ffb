"""What of a balance is paid with a statement, and what is carried to the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import Money, money, shown
from settlement.self_billing.carrying.balance import (
    ThresholdUnreadable,
    balance_forward,
    threshold_for,
)

THRESHOLD = money("25.00 PLN")
cents = st.integers(-10_000, 10_000).map(lambda units: money(f"{units / 100:.2f} PLN"))


@pytest.mark.parametrize(
    ("brought", "stated", "threshold", "payable", "carried"),
    [
        # After a chargeback of what was paid out, December earns it back (R48).
        ("-15.00", "25.00", None, "10.00", "0.00"),
        ("-15.00", "12.00", None, "0.00", "-3.00"),
        ("0.00", "-15.00", None, "0.00", "-15.00"),
        # The threshold itself is paid, a cent less is carried (R100).
        ("24.99", "0.01", THRESHOLD, "25.00", "0.00"),
        ("24.98", "0.01", THRESHOLD, "0.00", "24.99"),
        ("24.98", "0.01", None, "24.99", "0.00"),
        ("15.00", "-15.00", THRESHOLD, "0.00", "0.00"),
    ],
)
def test_a_balance_is_paid_from_the_threshold_on_or_carried(
    brought: str, stated: str, threshold: Money | None, payable: str, carried: str
) -> None:
    found = balance_forward(money(f"{brought} PLN"), money(f"{stated} PLN"), threshold)

    assert [shown(found.payable), shown(found.carried)] == [f"{payable} PLN", f"{carried} PLN"]


@given(brought=cents, stated=cents, threshold=st.sampled_from([None, THRESHOLD]))
def test_what_is_payable_and_carried_is_the_balance_and_nothing_is_fetched(
    brought: Money, stated: Money, threshold: Money | None
) -> None:
    found = balance_forward(brought, stated, threshold)

    assert found.payable + found.carried == brought + stated
    assert found.payable.amount >= 0
    assert not (found.payable.amount and found.carried.amount)


def test_thresholds_are_per_currency() -> None:
    policies = {"payout_threshold": "25.00 PLN; 20.00 EUR"}

    assert threshold_for(policies, "EUR") == money("20.00 EUR")
    assert threshold_for(policies, "USD") is None
    with pytest.raises(ThresholdUnreadable):
        threshold_for({"payout_threshold": "25"}, "PLN")
