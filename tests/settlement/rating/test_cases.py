"""Cases: the same event costs another price by agent, leg, queue, trunk or caller (R26, R27)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_sale,
    a_tariff,
    a_trunk,
    amounts,
    at,
    outcome_of,
    rated,
    total_amount,
)

DEDICATED = {"name": "dedicated agent", "when": {"agent_kind": ["dedicated"]}, "price": "0"}
CENTRE = a_tariff({"price": "0.60", "cases": [DEDICATED]})


def test_r27_a_dedicated_agent_is_listed_with_nothing_and_a_shared_one_is_charged() -> None:
    calls = [
        a_call(60, record_key="mine", agent_kind="dedicated"),
        a_call(60, record_key="ours", agent_kind="shared"),
    ]

    batch = rated(calls, CENTRE)

    assert outcome_of(batch) == {"mine": "rated", "ours": "rated"}
    listed = batch.charges.sort("record_key").select("record_key", "case_name", "billed_units")
    assert listed.rows() == [("mine", "dedicated agent", 60), ("ours", None, 60)]
    assert sorted(amounts(batch)) == [Decimal(0), Decimal("0.60")]


def test_r27_who_served_is_not_said_and_the_section_itself_holds() -> None:
    batch = rated([a_call(60)], CENTRE)

    assert batch.charges["case_name"].to_list() == [None]
    assert total_amount(batch) == Decimal("0.60")


@pytest.mark.parametrize(
    ("facts", "case"),
    [
        ({"agent_kind": "dedicated", "leg": "agent"}, "both"),
        ({"agent_kind": "dedicated", "leg": "ivr"}, "second"),
        ({"agent_kind": "shared", "leg": "agent"}, None),
        ({"queue": "sales"}, "queue"),
        ({"agent_location": "home"}, "away"),
        ({"a_number": "48221"}, "from Warsaw"),
        ({"a_number": "4822"}, "from Warsaw"),
        ({"a_number": "482"}, None),
        ({"a_number": None}, None),
    ],
)
def test_all_conditions_must_hold_and_the_first_case_wins(
    facts: dict[str, Any], case: str | None
) -> None:
    cases = [
        {"name": "both", "when": {"agent_kind": ["dedicated"], "leg": ["agent", "after_call"]}},
        {"name": "second", "when": {"agent_kind": ["dedicated"]}},
        {"name": "queue", "when": {"queue": ["help", "sales"]}},
        {"name": "away", "when": {"agent_location": ["home"]}},
        {"name": "from Warsaw", "when": {"a_prefix": ["4822", "49"]}},
    ]
    priced = [each | {"price": "0.10"} for each in cases]

    batch = rated([a_call(60, **facts)], a_tariff({"price": "0.60", "cases": priced}))

    assert batch.charges["case_name"].to_list() == [case]
    assert total_amount(batch) == (Decimal("0.10") if case else Decimal("0.60"))


@pytest.mark.parametrize(("trunk", "cost"), [("T1", "0.02"), ("T2", "0.05"), ("T3", "0.05")])
def test_r26_two_trunks_of_one_carrier_have_two_costs_and_one_price(trunk: str, cost: str) -> None:
    direct = {"name": "direct route", "when": {"trunk_out": ["T1"]}, "price": "0.02"}
    wholesale = a_tariff({"price": "0.05", "cases": [direct]}, code="wholesale")
    trunks = [a_trunk(trunk=name) for name in ("T1", "T2", "T3")]

    batch = rated([a_call(60, trunk_out=trunk)], a_tariff(), wholesale, trunks=trunks)

    assert amounts(batch) == [Decimal("0.60"), Decimal(cost)]


def test_a_case_meters_and_finds_prices_by_itself() -> None:
    case = {
        "name": "night desk",
        "when": {"queue": ["night"]},
        "rates": [
            {"prefix": "4822", "price": "0.30", "band": "late", "destination": "Warsaw"},
            {"prefix": "4822", "price": "0.90", "band": "rest", "destination": "Warsaw"},
        ],
        "bands": [
            {"name": "late", "windows": [{"from": "22:00", "until": "06:00"}]},
            {"name": "rest", "otherwise": True},
        ],
        "first_increment": 60,
        "next_increment": 60,
    }
    tariff = a_tariff({"price": "0.60", "cases": [case]})

    # 22:30 in Warsaw; 61 seconds are two minutes.
    late = a_call(61, queue="night", occurred_at=at("2026-10-01T20:30:00"))
    elsewhere = late | {"b_number": "49301234567"}

    assert amounts(rated([late], tariff)) == [Decimal("0.60")]
    assert outcome_of(rated([elsewhere], tariff)) == {"call-1": "NO_RATE"}


def test_a_sale_has_cases_too() -> None:
    content = {
        "prices": {"game": "4.99"},
        "cases": [{"name": "kiosk", "when": {"a_prefix": ["4860"]}, "prices": {"game": "3.99"}}],
    }

    batch = rated([a_sale(), a_sale(record_key="other", a_number="49")], a_tariff(content=content))

    by_case = dict(zip(batch.charges["case_name"], amounts(batch), strict=True))
    assert by_case == {"kiosk": Decimal("3.99"), None: Decimal("4.99")}


def test_the_order_of_arrival_does_not_choose_the_case() -> None:
    calls = [
        a_call(60, record_key="mine", agent_kind="dedicated"),
        a_call(60, record_key="ours", agent_kind="shared"),
    ]

    one, other = rated(calls, CENTRE), rated(calls[::-1], CENTRE)

    columns = ["record_key", "case_name", "amount_3600"]
    assert (
        one.charges.select(columns)
        .sort(columns)
        .equals(other.charges.select(columns).sort(columns))
    )
