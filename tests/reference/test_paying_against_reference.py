"""Paying shares out as customers pay, and taking them back for what is given up (R41, R47)."""

import os
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from currencies.money import Money, money
from settlement.self_billing.release import Before, release
from settlement.sharing.refunds import paid_part, refunded_shares
from tests.reference import paying as reference

EXAMPLES = int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "150"))
SHARES = st.integers(-10_000, 10_000)
PAYMENTS = st.lists(st.integers(-2_000, 5_000), min_size=1, max_size=8)


def euro(units: int) -> Money:
    return money(Decimal(units).scaleb(-2), "EUR")


def in_units(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def test_the_reference_has_the_figures_of_the_rule() -> None:
    # 10.00 of an invoice of 30.00 that is paid in three tens: 3.33, 3.34, 3.33.
    assert reference.released(1_000, 3_000, [1_000, 1_000, 1_000]) == [333, 334, 333]
    # 100.00 shared 70.00 and 30.00; 0.01 and then 99.99 are given up.
    assert reference.given_back([7_000, 3_000], [1, 9_999]) == [[1, 0], [6_999, 3_000]]


@settings(max_examples=EXAMPLES)
@given(share=SHARES, owed=st.integers(0, 10_000), payments=PAYMENTS)
def test_releases_agree_with_the_reference(share: int, owed: int, payments: list[int]) -> None:
    paid, before, found = 0, None, []
    for payment in payments:
        paid += payment
        part = paid_part(Fraction(owed), Fraction(paid))
        told = release(euro(share), part, before)
        found.append(in_units(told.amount))
        before = Before(told.before + told.amount, Fraction(0))

    assert found == reference.released(share, owed, payments)
    if owed and paid >= owed:
        assert sum(found) == share, "what is paid in full is paid out in full"


@settings(max_examples=EXAMPLES)
@given(
    stored=st.lists(st.integers(0, 10_000), min_size=1, max_size=5).filter(sum),
    cuts=st.lists(st.integers(0, 50_000), max_size=5),
)
def test_what_is_given_up_is_given_back_by_the_stored_shares(
    stored: list[int], cuts: list[int]
) -> None:
    places = sorted({min(cut, sum(stored)) for cut in cuts} | {0, sum(stored)})
    losses = [after - before for before, after in zip(places, places[1:], strict=False)]
    so_far, found = 0, []
    for loss in losses:
        given_up = refunded_shares([euro(each) for each in stored], euro(so_far), euro(loss))
        found.append([-in_units(each.amount) for each in given_up])
        so_far += loss

    assert [[-part for part in each] for each in found] == reference.given_back(stored, losses)
    back = [sum(each) for each in zip(*found, strict=True)]
    assert [-part for part in back] == stored, "all that is given up takes all shares back"
