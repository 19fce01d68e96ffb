"""Legs of one session: each rated by its own rule, then combined, all of them listed (R25)."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from settlement.rating.rated_batch import RatedBatch
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_subscription,
    a_tariff,
    a_trunk,
    amounts,
    at,
    outcome_of,
    rated,
)

# IVR 0.10 a minute, agent 0.60, after-call work nothing.
LEGS = {
    "price": "0.60",
    "cases": [
        {"name": "menu", "when": {"leg": ["ivr"]}, "price": "0.10"},
        {"name": "after", "when": {"leg": ["after_call"]}, "price": "0"},
    ],
}


def a_leg(key: str, leg: str, minute: int, seconds: int = 60, **facts: Any) -> dict[str, Any]:
    begins = {"occurred_at": at(f"2026-10-01T10:{minute:02}:00"), "session_id": "s1"}
    return a_call(seconds, record_key=key, leg=leg) | begins | facts


A_SESSION = [
    a_leg("1-ivr", "ivr", 0, 120),
    a_leg("2-agent", "agent", 2, 60),
    a_leg("3-after", "after_call", 3, 600),
]


def found(batch: RatedBatch) -> dict[str, tuple[str, Decimal, Decimal | None]]:
    """By record: what covers it, its charge, and what it would have cost."""
    columns = batch.charges.select("record_key", "covered_by", "set_aside_3600").iter_rows()
    return {
        key: (covered_by, amount, None if aside is None else aside / 3600)
        for (key, covered_by, aside), amount in zip(columns, amounts(batch), strict=True)
    }


IVR, AGENT = Decimal("0.2"), Decimal("0.6")


@pytest.mark.parametrize(
    ("combination", "expected"),
    [
        (
            "sum",
            {"1-ivr": ("charge", IVR, None), "2-agent": ("charge", AGENT, None),
             "3-after": ("charge", 0, None)},
        ),
        (
            "max",
            {"1-ivr": ("combination", 0, IVR), "2-agent": ("charge", AGENT, None),
             "3-after": ("combination", 0, 0)},
        ),
        (
            "first_chargeable",
            {"1-ivr": ("charge", IVR, None), "2-agent": ("combination", 0, AGENT),
             "3-after": ("combination", 0, 0)},
        ),
    ],
)  # fmt: skip
def test_r25_each_leg_has_its_rule_and_the_session_a_combination_of_them(
    combination: str, expected: dict[str, Any]
) -> None:
    for legs in permutations(A_SESSION):
        assert found(rated(list(legs), a_tariff(LEGS, combination=combination))) == expected


def test_r25_of_equal_charges_the_earlier_leg_counts_and_of_one_instant_the_smaller_id() -> None:
    legs = [a_leg("b", "agent", 5), a_leg("c", "agent", 1), a_leg("a", "agent", 1)]

    batch = rated(legs, a_tariff(LEGS, combination="max"))

    assert {key for key, (covered, *_) in found(batch).items() if covered == "charge"} == {"a"}


def test_r25_first_chargeable_passes_over_legs_that_cost_nothing() -> None:
    legs = [a_leg("first", "after_call", 0), a_leg("then", "ivr", 1), a_leg("last", "agent", 2)]

    batch = rated(legs, a_tariff(LEGS, combination="first_chargeable"))

    assert {key: amount for key, (_, amount, _) in found(batch).items()} == {
        "first": 0,
        "then": Decimal("0.10"),
        "last": 0,
    }


def test_r25_a_session_that_costs_nothing_is_listed_as_it_is() -> None:
    legs = [a_leg("one", "after_call", 0), a_leg("two", "after_call", 1)]

    batch = rated(legs, a_tariff(LEGS, combination="first_chargeable"))

    assert {covered for covered, *_ in found(batch).values()} == {"charge"}


def test_what_is_set_aside_was_not_billed_and_its_units_are_free() -> None:
    batch = rated(A_SESSION, a_tariff(LEGS, combination="max"))

    units = batch.charges.sort("record_key").select("free_units", "billed_units").rows()
    assert units == [(120, 0), (0, 60), (600, 0)]


def test_sessions_are_apart_by_source_agreement_and_id() -> None:
    second = a_subscription(identifier="48600100201", subscription="S2", customer="C2")
    alone = [
        a_leg("other source", "agent", 0, source="other"),
        a_leg("other session", "agent", 0, session_id="s2"),
        a_leg("other customer", "agent", 0, account="48600100201"),
        a_leg("no session", "agent", 0, session_id=None),
        a_leg("no session either", "agent", 1, session_id=None),
    ]
    tariff = a_tariff(LEGS, combination="max")

    batch = rated([*A_SESSION, *alone], tariff, subscriptions=[a_subscription(), second])

    charged = {key for key, (covered, *_) in found(batch).items() if covered == "charge"}
    assert charged == {"2-agent", *(leg["record_key"] for leg in alone)}


def test_each_side_combines_by_its_own_tariff() -> None:
    wholesale = a_tariff(code="wholesale", voice={"price": "0.05"})
    legs = [leg | {"trunk_out": "T1"} for leg in A_SESSION]

    batch = rated(legs, a_tariff(LEGS, combination="max"), wholesale, trunks=[a_trunk()])

    by_side = batch.charges.group_by("side", "covered_by").len().sort("side", "covered_by").rows()
    assert sorted(by_side) == [
        ("carrier", "charge", 3),
        ("customer", "charge", 1),
        ("customer", "combination", 2),
    ]


def test_r25_where_a_leg_is_suspended_the_others_wait_unless_they_are_added_up() -> None:
    legs = [*A_SESSION, a_leg("4-late", "agent", 4, b_number="49", trunk_out="nobody")]
    alone = a_leg("alone", "agent", 0, session_id="s2")

    waiting = rated([*legs, alone], a_tariff(LEGS, combination="max"))
    added = rated([*legs, alone], a_tariff(LEGS))

    assert outcome_of(waiting) == {
        "1-ivr": "SESSION_INCOMPLETE",
        "2-agent": "SESSION_INCOMPLETE",
        "3-after": "SESSION_INCOMPLETE",
        "4-late": "NO_CARRIER",
        "alone": "rated",
    }
    assert waiting.charges["record_key"].to_list() == ["alone"]
    assert [outcome for outcome in outcome_of(added).values() if outcome != "rated"] == [
        "NO_CARRIER"
    ]


def test_a_leg_of_no_seconds_is_no_leg() -> None:
    batch = rated([*A_SESSION, a_leg("0-ring", "agent", 0, 0)], a_tariff(LEGS, combination="max"))

    assert outcome_of(batch)["0-ring"] == "unbillable"
    assert found(batch)["2-agent"] == ("charge", AGENT, None)
