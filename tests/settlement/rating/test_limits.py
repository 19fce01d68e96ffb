"""Thresholds are reached by events in their order, whatever arrived first (rules R31, R130)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from settlement.agreements.usage_limit import LimitUnclear, UsageLimit
from settlement.rating.limits import Reached, reached
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_sale,
    a_subscription,
    a_tariff,
    at,
    rated,
)

ONE, TWO, CONTRACT = UUID(int=1), UUID(int=2), UUID(int=9)
OCTOBER = date(2026, 10, 1), date(2026, 11, 1)
WHO = [
    a_subscription(subscription=str(ONE)),
    a_subscription(identifier="2", subscription=str(TWO)),
]


def a_limit(amount: str = "1.00", **facts: Any) -> UsageLimit:
    said: dict[str, Any] = {
        "id": UUID(int=7),
        "subscription_id": ONE,
        "contract_id": None,
        "counts": "money",
        "kind": None,
        "amount": Decimal(amount),
        "thresholds": (80, 100),
        "at_limit": "alert",
        "valid_from": date(2026, 1, 1),
    }
    return UsageLimit(**(said | facts))


def calls(*seconds: int, **facts: Any) -> list[dict[str, Any]]:
    """Calls at nine, ten, eleven... on the first of October, of 0.60 a minute."""
    return [
        a_call(each, record_key=f"c{hour}", occurred_at=at(f"2026-10-01T{hour:02}:00:00"), **facts)
        for hour, each in enumerate(seconds, 9)
    ]


def found(limit: UsageLimit, usage: list[dict[str, Any]], **tariff: Any) -> list[Reached]:
    charges = rated(usage, a_tariff(**tariff), subscriptions=WHO).charges
    return list(reached([limit], charges, *OCTOBER, {CONTRACT: [ONE, TWO]}))


def told(limit: UsageLimit, usage: list[dict[str, Any]], **tariff: Any) -> list[tuple[int, str]]:
    return [(each.percent, each.event) for each in found(limit, usage, **tariff)]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        # 0.60 a minute: 79 s are 0.79, 80 s 0.80, 100 s 1.00.
        ([79], []),
        ([80], [(80, "c9")]),
        ([79, 1, 19], [(80, "c10")]),
        ([79, 1, 20], [(80, "c10"), (100, "c11")]),
        ([100], [(80, "c9"), (100, "c9")]),
    ],
)
def test_a_threshold_is_reached_at_its_very_amount(
    seconds: list[int], expected: list[tuple[int, str]]
) -> None:
    assert told(a_limit(), calls(*seconds)) == expected


def test_what_was_used_so_far_is_told_with_the_event() -> None:
    (eighty,) = found(a_limit(), calls(50, 40))

    assert (eighty.so_far, eighty.at) == (
        Decimal("0.90"),
        datetime(2026, 10, 1, 10, tzinfo=UTC),
    )


def test_no_order_of_arrival_changes_the_event() -> None:
    usage = calls(30, 30, 30, 30)

    outcomes = {tuple(told(a_limit(), list(order))) for order in permutations(usage)}

    assert outcomes == {((80, "c11"), (100, "c12"))}


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (a_limit("100", counts="units", kind="voice"), [(80, "c10"), (100, "c11")]),
        (a_limit("3", counts="units", kind="voice"), [(80, "c9"), (100, "c9")]),
        (a_limit("1", counts="units", kind="sms"), []),
        (a_limit("100", counts="units", kind="voice", valid_from=date(2026, 10, 2)), []),
        (a_limit("100", counts="units", kind="voice", valid_until=date(2026, 10, 1)), []),
        (a_limit(subscription_id=TWO), []),
        (a_limit(kind="sms"), []),
        (a_limit(thresholds=(50,)), [(50, "c9"), (100, "c11")]),
        (a_limit(thresholds=(120,)), [(100, "c11"), (120, "c11")]),
    ],
)
def test_a_limit_counts_what_it_is_of(limit: UsageLimit, expected: list[tuple[int, str]]) -> None:
    assert told(limit, calls(60, 20, 40)) == expected


def test_units_count_also_where_an_allowance_covers_them() -> None:
    voice = {"price": "0.60", "allowance": {"amount": 100}}

    assert told(a_limit("100", counts="units", kind="voice"), calls(100), voice=voice) == [
        (80, "c9"),
        (100, "c9"),
    ]
    assert told(a_limit(), calls(100), voice=voice) == []


def test_the_limit_of_a_contract_is_of_all_its_subscriptions() -> None:
    usage = [*calls(60), a_call(60, record_key="other", account="2")]

    assert told(a_limit(subscription_id=None, contract_id=CONTRACT), usage) == [
        (80, "other"),
        (100, "other"),
    ]


def test_a_refund_does_not_undo_what_was_reached() -> None:
    sales = [
        a_sale(record_key="s", amount=Decimal("1.00"), currency="PLN"),
        a_sale(
            record_key="t",
            amount=Decimal("-1.00"),
            currency="PLN",
            occurred_at=at("2026-10-02T10:00:00"),
        ),
    ]

    assert told(a_limit(), sales, content={"record": True}) == [(80, "s"), (100, "s")]


def test_usage_of_another_month_is_not_counted() -> None:
    usage = calls(100) + [a_call(100, record_key="later", occurred_at=at("2026-11-02T10:00:00"))]
    charges = rated(usage, a_tariff(), subscriptions=WHO).charges
    november = date(2026, 11, 1), date(2026, 12, 1)

    events = {each.event for each in reached([a_limit()], charges, *november, {})}

    assert events == {"later"}


def test_nothing_used_reaches_nothing() -> None:
    assert list(reached([a_limit()], rated([], a_tariff()).charges, *OCTOBER, {})) == []
    assert isinstance(rated([], a_tariff()).charges, pl.DataFrame)


@pytest.mark.parametrize(
    "facts",
    [
        {"contract_id": CONTRACT},
        {"subscription_id": None},
        {"amount": Decimal(0)},
        {"kind": "fax"},
        {"counts": "units"},
        {"counts": "units", "kind": "voice", "amount": Decimal("1.5")},
        {"thresholds": (100, 80)},
        {"thresholds": (80, 80)},
        {"thresholds": (0,)},
    ],
)
def test_a_limit_that_is_unclear_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(LimitUnclear):
        a_limit(**facts)
