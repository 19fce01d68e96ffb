"""Which next version of a tariff may charge more than the one before (rule R61)."""

from typing import Any

import pytest

from settlement.catalogue.notice.raised import may_rise

VOICE = {"price": "0.05", "connection_fee": "0.10", "first_increment": 60}


def of(**changes: Any) -> dict[str, Any]:
    return {"currency": "EUR", "voice": {**VOICE, **changes}}


@pytest.mark.parametrize(
    ("before", "now", "rises"),
    [
        (of(), of(price="0.06"), True),
        (of(), of(price="0.04", first_increment=1), False),
        (of(), of(price="0.04", connection_fee="0.11"), True),
        # A fee where there was none; a longer step where each second was charged.
        (of(connection_fee="0"), {"voice": {"price": "0.05"}, "currency": "EUR"}, False),
        ({"voice": {"price": "0.05"}}, {"voice": {"price": "0.05", "connection_fee": "1"}}, True),
        (of(), of(next_increment=60), True),
        (of(), of(minimum_seconds=30), True),
        (of(), of(destination="Ireland"), False),
        # What is priced elsewhere now cannot be told, a deck or tiers.
        (of(), of(price=None, deck="new"), True),
        (of(), of(tiers={"kind": "graduated"}), True),
        # Prices by product: a new one takes the place of none, one that is gone may be dearer.
        (of(prices={"A": "1"}), of(prices={"A": "0.9", "B": "7"}), False),
        (of(prices={"A": "1", "B": "7"}), of(prices={"A": "1", "B": "7.01"}), True),
        (of(prices={"A": "1", "B": "7"}), of(prices={"A": "1"}), True),
        # Rates row by row, while they are for the same prefixes.
        (of(rates=[{"prefix": "353", "price": "1"}]), of(rates=[{"prefix": "353", "price": "0.9"}]),
         False),
        (of(rates=[{"prefix": "353", "price": "1"}]), of(rates=[{"prefix": "353", "price": "1.1"}]),
         True),
        (of(rates=[{"prefix": "353", "price": "1"}]), of(rates=[{"prefix": "44", "price": "0.9"}]),
         True),
        # A kind of usage that had no price; one that is priced no more.
        (of(), of() | {"sms": {"price": "0.02"}}, False),
        (of() | {"sms": {"price": "0.02"}}, of(), True),
        (of(), of() | {"charge_rounding": "event"}, True),
        (of(), of() | {"term": {"months": 12}}, True),
    ],
)  # fmt: skip
def test_whatever_is_not_plainly_less_may_rise(
    before: dict[str, Any], now: dict[str, Any], rises: bool
) -> None:
    assert may_rise(before, now) is rises
    assert may_rise(now, now) is False
