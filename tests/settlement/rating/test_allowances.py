"""Whose an allowance is, what it holds for, and in which order several are used (R31, R32)."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from settlement.rating.allowances import OPENINGS
from settlement.rating.kernel import rate
from settlement.rating.rated_batch import RatedBatch
from settlement.rating.snapshot import rows
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_sale,
    a_subscription,
    a_tariff,
    amounts,
    at,
    rated,
    snapshot,
    total_amount,
    usage_frame,
)

FAMILY = [
    a_subscription(),
    a_subscription(identifier="2", subscription="S2"),
    a_subscription(identifier="3", subscription="S3", contract="K2"),
    a_subscription(identifier="4", subscription="S4", contract="K4", customer="C4"),
]


def left(units: int, **facts: Any) -> dict[str, Any]:
    """What S1 has left of September in October."""
    return {
        "tariff": "standard",
        "section": "voice",
        "allowance": "minutes",
        "holder": "S1",
        "month": date(2026, 10, 1),
        "granted": date(2026, 9, 1),
        "units": units,
    } | facts


def rated_with(
    calls: list[dict[str, Any]], tariff: dict[str, Any], *openings: dict[str, Any]
) -> RatedBatch:
    known = snapshot([tariff], [{"contract": "K1"} | each for each in FAMILY])
    known.openings = rows(OPENINGS, *openings)
    return rate(usage_frame(*calls), known)


def used(batch: RatedBatch) -> list[tuple[str, str | None, int]]:
    """Who or what covered how many units, in the order of the parts."""
    columns = ("covered_by", "allowance", "granted", "free_units", "billed_units")
    return [
        (covered_by, code if granted is None else f"{code} {granted:%b}", free or billed)
        for covered_by, code, granted, free, billed in batch.charges.select(columns).iter_rows()
    ]


@pytest.mark.parametrize(
    ("shared_by", "free"),
    [
        ("subscription", ["S1", "S2", "S3", "S4"]),
        ("contract", ["S1", "S3", "S4"]),
        ("customer", ["S1", "S4"]),
    ],
)
def test_an_allowance_belongs_to_whom_it_is_shared_by(shared_by: str, free: list[str]) -> None:
    calls = [
        a_call(
            60,
            record_key=f"S{number}",
            account=account,
            occurred_at=at(f"2026-10-0{number}T10:00:00"),
        )
        for number, account in enumerate(["48600100200", "2", "3", "4"], 1)
    ]
    allowances = [{"code": "family", "amount": 60, "shared_by": shared_by}]

    batch = rated_with(calls[::-1], a_tariff({"price": "0.60", "allowances": allowances}))

    covered = batch.charges.filter(pl.col("covered_by") == "allowance")
    assert sorted(covered["record_key"]) == free


def test_the_earlier_call_of_the_family_uses_what_they_share() -> None:
    """R31 across subscriptions: A came first, B of another subscription happened first."""
    calls = [
        a_call(120, record_key="A", occurred_at=at("2026-10-01T12:00:00")),
        a_call(120, record_key="B", account="2", occurred_at=at("2026-10-01T11:00:00")),
    ]
    allowances = [{"code": "family", "amount": 60, "shared_by": "customer"}]

    batch = rated_with(calls, a_tariff({"price": "0.60", "allowances": allowances}))

    paid = batch.charges.filter(pl.col("covered_by") == "charge")
    assert dict(paid.select("record_key", "billed_units").iter_rows()) == {"A": 120, "B": 60}


SEVERAL = [
    {"code": "minutes", "amount": 60, "rollover_months": 2},
    {"code": "bonus", "amount": 40, "priority": 5},
    {"code": "gift", "amount": 10, "priority": 5},
]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        # Of August two months ago there is no month left, of September one.
        (
            "expiring_first",
            ["minutes Aug", "minutes Sep", "bonus Oct", "gift Oct", "minutes Oct", None],
        ),
        ("priority", ["bonus Oct", "gift Oct", "minutes Aug", "minutes Sep", "minutes Oct", None]),
    ],
)
def test_allowances_are_used_in_the_order_agreed(order: str, expected: list[str | None]) -> None:
    tariff = a_tariff({"price": "0.60", "allowances": SEVERAL, "allowance_order": order})

    batch = rated_with([a_call(200)], tariff, left(30), left(5, granted=date(2026, 8, 1)))

    parts = used(batch)
    assert [name for _, name, _ in parts] == expected
    # 5 + 30 + 40 + 10 + 60 of 200 are free; 55 s at 0.60 a minute are 0.55.
    assert sum(units for by, _, units in parts if by == "allowance") == 145
    assert total_amount(batch) == Decimal("0.55")


def test_what_one_pool_does_not_cover_the_next_one_does_event_by_event() -> None:
    """R32: 20 s are left of September; the first call takes them, and 70 s of October's 100."""
    calls = [
        a_call(90, record_key="A", occurred_at=at("2026-10-02T10:00:00")),
        a_call(90, record_key="B", occurred_at=at("2026-10-03T10:00:00")),
    ]
    allowances = [{"code": "minutes", "amount": 100, "rollover_months": 1}]

    batch = rated_with(calls, a_tariff({"price": "0.60", "allowances": allowances}), left(20))

    assert used(batch) == [
        ("allowance", "minutes Sep", 20),
        ("allowance", "minutes Oct", 70),
        ("allowance", "minutes Oct", 30),
        ("charge", None, 60),
    ]
    assert batch.charges["part"].to_list() == [1, 2, 1, 2]
    assert amounts(batch) == [0, 0, 0, Decimal("0.60")]


@pytest.mark.parametrize(
    "opening",
    [
        left(30, month=date(2026, 11, 1)),
        left(30, holder="S2"),
        left(30, allowance="bonus"),
        left(30, section="voice_received"),
        left(30, tariff="other"),
        # Granted too long ago to be used still.
        left(30, granted=date(2026, 7, 1)),
    ],
)
def test_what_is_left_elsewhere_is_not_used_here(opening: dict[str, Any]) -> None:
    tariff = a_tariff({"price": "0.60", "allowances": SEVERAL[:1]})

    assert used(rated_with([a_call(90)], tariff, opening)) == [
        ("allowance", "minutes Oct", 60),
        ("charge", None, 30),
    ]


def test_an_allowance_for_some_destinations_leaves_the_others() -> None:
    voice = {
        "rates": [
            {"prefix": "48", "destination": "Poland", "price": "0.60"},
            {"prefix": "49", "destination": "Germany", "price": "1.20"},
        ],
        "allowances": [
            {"code": "poland", "amount": 60, "destinations": ["Poland"], "priority": 1},
            {"code": "anywhere", "amount": 30},
        ],
    }
    calls = [
        a_call(60, record_key="germany", b_number="49301", occurred_at=at("2026-10-01T09:00:00")),
        a_call(80, record_key="poland"),
    ]

    assert used(rated(calls, a_tariff(voice))) == [
        ("allowance", "anywhere Oct", 30),
        ("charge", None, 30),
        ("allowance", "poland Oct", 60),
        ("charge", None, 20),
    ]


@pytest.mark.parametrize(("measure", "amount"), [("connected", "1.20"), ("rounded", "1.00")])
def test_two_allowances_count_seconds_in_the_same_way(measure: str, amount: str) -> None:
    """R32 with the 20 s in two pools: connected 70 s -> 120 s, rounded 120 s - 20 s = 100 s."""
    voice = {
        "price": "0.60",
        "first_increment": 60,
        "next_increment": 60,
        "allowances": [
            {"code": "one", "amount": 15, "allowance_measure": measure},
            {"code": "two", "amount": 5, "allowance_measure": measure},
        ],
    }

    assert total_amount(rated([a_call(90)], a_tariff(voice))) == Decimal(amount)


def test_pieces_have_allowances_too() -> None:
    content = {"price": "1.00", "allowances": [{"code": "films", "amount": 2}]}

    assert amounts(rated([a_sale(quantity=3)], a_tariff(content=content))) == [0, Decimal(1)]


def test_a_call_under_the_minimum_takes_nothing_from_any_pool() -> None:
    """R14."""
    voice = {"price": "0.60", "minimum_seconds": 10, "allowances": SEVERAL[:1]}
    calls = [
        a_call(9, record_key="short"),
        a_call(60, record_key="long", occurred_at=at("2026-10-02T10:00:00")),
    ]

    batch = rated_with(calls, a_tariff(voice), left(1))

    assert used(batch) == [
        ("minimum", None, 0),
        ("allowance", "minutes Sep", 1),
        ("allowance", "minutes Oct", 59),
    ]


@pytest.mark.parametrize(
    ("valid_from", "free"), [("2026-10-01", 30 + 60), ("2026-09-15", 30 + 60), ("2026-10-02", 60)]
)
def test_the_version_that_begins_the_month_goes_on_with_what_was_left(
    valid_from: str, free: int
) -> None:
    tariff = a_tariff({"price": "0.60", "allowances": SEVERAL[:1]}, valid_from=valid_from)
    call = a_call(300, occurred_at=at("2026-10-03T10:00:00"))

    assert rated_with([call], tariff, left(30)).charges["free_units"].sum() == free
