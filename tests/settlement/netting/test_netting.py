"""R57 in tables: what is set off, what is left, and when nothing is."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money, shown
from settlement.ledger.accounts import Account
from settlement.netting.netting import OpenBalance, after, net
from tests.reference.netting import reference_offset

PAYABLE, RECEIVABLE = Account.CARRIER_PAYABLE, Account.CARRIER_RECEIVABLE


def balance(code: str, account: Account, amount: str) -> OpenBalance:
    return OpenBalance(UUID(int=sum(map(ord, code))), code, account, money(amount))


@pytest.mark.parametrize(
    ("payable", "receivable", "threshold", "set_off"),
    [
        ("140.00", "105.00", "100.00", "105.00"),  # R57 as it is written: 35.00 remains.
        ("140.00", "100.00", "100.00", "100.00"),  # The threshold itself counts, on either side.
        ("100.00", "140.00", "100.00", "100.00"),
        ("140.00", "99.99", "100.00", None),  # Both sides must reach it.
        ("99.99", "140.00", "100.00", None),
        ("140.00", "105.00", None, None),  # No threshold named, no offset.
        ("140.00", "105.00", "0.00", "105.00"),
        ("140.00", "0.00", "0.00", None),  # Nothing to set off is no offset of nothing.
    ],
)
def test_r57_both_sides_reach_the_threshold_and_the_smaller_is_set_off(
    payable: str, receivable: str, threshold: str | None, set_off: str | None
):
    balances = [
        balance("A", PAYABLE, f"{payable} EUR"),
        balance("A", RECEIVABLE, f"{receivable} EUR"),
    ]
    found = net(balances, "EUR", money(threshold, "EUR") if threshold else None)
    assert (found and shown(found.amount)) == (set_off and f"{set_off} EUR")


def test_r57_other_currencies_do_not_take_part():
    balances = [balance("A", PAYABLE, "140.00 EUR"), balance("A", RECEIVABLE, "500.00 USD")]
    assert net(balances, "EUR", money("1.00 EUR")) is None


def test_a_group_is_used_up_in_the_order_of_its_codes():
    # Owed 60 + 80 = 140, owing 105: A's 60 whole, then 45 of B's 80.
    balances = [
        balance("B", Account.PARTNER_PAYABLE, "80.00 EUR"),
        balance("C", RECEIVABLE, "105.00 EUR"),
        balance("A", PAYABLE, "60.00 EUR"),
    ]
    found = net(balances, "EUR", money("100.00 EUR"))
    assert found is not None
    assert [shown(line.amount) for line in found.lines] == ["60.00 EUR", "45.00 EUR", "105.00 EUR"]


def test_by_a_declared_rate_balances_meet_in_one_currency():
    # 1 EUR = 1.25 USD. Owed 200.00 USD = 160.00 EUR, owing 100.00 EUR: 125.00 USD is set off.
    in_euro = {
        money("200.00 USD"): money("160.00 EUR"),
        money("100.00 EUR"): money("100.00 EUR"),
    }.__getitem__

    balances = [balance("A", PAYABLE, "200.00 USD"), balance("A", RECEIVABLE, "100.00 EUR")]
    found = net(balances, "EUR", money("100.00 EUR"), in_euro)
    assert found is not None
    assert shown(found.payable) == "160.00 EUR"
    assert [(shown(each.amount), shown(each.counted)) for each in found.lines] == [
        ("125.00 USD", "100.00 EUR"),
        ("100.00 EUR", "100.00 EUR"),
    ]


CENTS = st.integers(1, 10**9)


@given(st.lists(CENTS, max_size=5), st.lists(CENTS, max_size=5), st.integers(0, 10**9))
def test_an_offset_is_that_of_the_reference_and_keeps_the_difference(owed, owing, threshold):
    balances = [
        *(balance(f"P{n}", PAYABLE, f"{cents}.00 EUR") for n, cents in enumerate(owed)),
        *(balance(f"R{n}", RECEIVABLE, f"{cents}.00 EUR") for n, cents in enumerate(owing)),
    ]
    found = net(balances, "EUR", money(f"{threshold}.00 EUR"))
    expected, left_owed, left_owing = reference_offset(owed, owing, threshold)
    assert (int(found.amount.amount) if found else 0) == expected
    if found is None:
        return
    left = after(balances, found)
    ours = [int(each.amount) for key, each in left.items() if key[1] is PAYABLE]
    theirs = [int(each.amount) for key, each in left.items() if key[1] is RECEIVABLE]
    assert (ours, theirs) == (left_owed, left_owing)
    assert sum(ours) - sum(theirs) == sum(owed) - sum(owing)
    assert 0 in (sum(ours), sum(theirs)), "one side is used up"
