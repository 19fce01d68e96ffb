"""The items of an advice add up to what is paid, whatever moved the account besides."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import money, shown, total
from settlement.payouts.advising.advice_items import SettledStatement, advice_items

DAY = dt.date(2026, 11, 10)


def statement(number: str, gross: str, withheld: str = "0", is_credit: bool = False):
    return SettledStatement(number, DAY, is_credit, money(f"{gross} EUR"), money(f"{withheld} EUR"))


def items(paid: str, *settled):
    return [
        (each.document, shown(each.amount), shown(each.withheld), shown(each.paid))
        for each in advice_items(money(f"{paid} EUR"), DAY, settled, str)
    ]


@pytest.mark.parametrize(
    ("paid", "settled", "told"),
    [
        (
            "900.00",
            [statement("SB/1", "1000.00", "100.00")],
            [("SB/1", "1000.00 EUR", "100.00 EUR", "900.00 EUR")],
        ),
        (
            "850.00",
            [statement("SB/1", "1000.00", "100.00"), statement("SBK/1", "60.00", "10.00", True)],
            [
                ("SB/1", "1000.00 EUR", "100.00 EUR", "900.00 EUR"),
                ("SBK/1", "-60.00 EUR", "-10.00 EUR", "-50.00 EUR"),
            ],
        ),
        (
            "850.00",
            [statement("SB/1", "1000.00", "100.00")],
            [
                ("SB/1", "1000.00 EUR", "100.00 EUR", "900.00 EUR"),
                ("Other movements of your account", "-50.00 EUR", "0.00 EUR", "-50.00 EUR"),
            ],
        ),
        (
            "12.00",
            [],
            [("Other movements of your account", "12.00 EUR", "0.00 EUR", "12.00 EUR")],
        ),
    ],
)
def test_an_advice_says_what_a_payment_is_made_of(paid, settled, told):
    assert items(paid, *settled) == told


cents = st.integers(0, 10**9).map(lambda n: f"{n // 100}.{n % 100:02}")


@given(cents, st.lists(st.tuples(cents, cents, st.booleans()), max_size=4))
def test_the_items_are_what_is_paid(paid, settled):
    found = advice_items(
        money(f"{paid} EUR"), DAY, [statement("SB", *each) for each in settled], str
    )

    assert total((each.paid for each in found), "EUR") == money(f"{paid} EUR")
