"""Promotions take off what they say, in order, and never more than there is."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.agreements.condition import Grant
from settlement.parties.standing import Standing
from settlement.rating.charge_line import ChargeLine
from settlement.rating.line_derivation import from_text
from settlement.rating.rebates import Benefit, benefits_of
from settlement.rating.rebates import rebates as taken_off
from tests.settlement.rating.commercial_builders import (
    JANUARY,
    OCTOBER,
    SUBSCRIPTION,
    a_day,
    a_due,
    a_promotion,
    days,
)
from tests.settlement.rating.formula import worked_out

ALWAYS = days("01-01")


def rebates(*asked: Any) -> list[ChargeLine]:
    """What is taken off; each line says how, and that gives its amount (rule R131)."""
    lines = taken_off(*asked)
    for line in lines:
        assert line.derivation is not None
        assert worked_out(from_text(line.derivation).formula) == Fraction(line.amount)
    return lines


def off(lines: list[ChargeLine]) -> list[tuple[str, str, str]]:
    return [(str(line.reason), line.product, str(line.amount)) for line in lines]


def held(*promotions: Any, during: Any = ALWAYS) -> list[Benefit]:
    return [Benefit(each, during) for each in promotions]


@pytest.mark.parametrize(
    ("together", "taken"),
    [
        # 100.00: 20 % is 20.00, 50 % of the 80.00 that are left is 40.00.
        ("of_what_is_left", ["-20.00", "-40.00"]),
        ("of_list", ["-20.00", "-50.00"]),
        ("best_only", ["-50.00"]),
    ],
)
def test_several_promotions_follow_the_policy(together: str, taken: list[str]) -> None:
    promotions = held(a_promotion("a", percent="0.20"), a_promotion("b", percent="0.50"))

    lines = rebates([a_due("100.00")], promotions, OCTOBER, together)

    assert [str(line.amount) for line in lines] == taken


@pytest.mark.parametrize("together", ["of_what_is_left", "of_list"])
def test_nothing_falls_below_zero(together: str) -> None:
    promotions = held(a_promotion("a", amount="70", currency="PLN"), a_promotion("b", percent="1"))

    lines = rebates([a_due("60.00"), a_due("40.00", product="tv")], promotions, OCTOBER, together)

    assert sum(line.amount for line in lines) == Decimal("-100.00")


def test_what_is_taken_off_is_rounded_once_and_spread_by_largest_remainder() -> None:
    # A third of 0.01 + 0.01 + 0.01 is one cent, and the first line has it.
    promotion = held(a_promotion(percent="0.3333"))

    lines = rebates([a_due("0.01", product=code) for code in "abc"], promotion, OCTOBER, "of_list")

    assert off(lines) == [("hello", "a", "-0.01")]


def test_a_promotion_takes_off_only_what_it_names() -> None:
    dues = [a_due("10.00"), a_due("10.00", service="voice"), a_due("10.00", product="tv")]

    by_service = rebates(dues, held(a_promotion(percent="0.1", services=["voice"])), OCTOBER, "")
    by_product = rebates(dues, held(a_promotion(percent="0.1", products=["tv"])), OCTOBER, "")

    assert [(line.product, str(line.amount)) for line in by_service] == [("line", "-1.00")]
    assert off(by_product) == [("hello", "tv", "-1.00")]


@pytest.mark.parametrize(
    ("terms", "during", "taken"),
    [
        # 31.00 a month is 1.00 a day.
        ({"trial_days": 14}, days("10-01", "10-15"), "-14.00"),
        ({"trial_days": 14}, days("09-24", "10-08"), "-7.00"),
        ({"percent": "0.5"}, days("10-11", "11-11"), "-10.50"),
        # 6.20 a month off is 0.20 a day.
        ({"amount": "6.20", "currency": "PLN"}, days("10-22", None), "-2.00"),
        ({"amount": "100", "currency": "PLN"}, days("10-01", None), "-31.00"),
    ],
)
def test_a_promotion_of_some_days_takes_off_their_part(
    terms: dict[str, Any], during: Any, taken: str
) -> None:
    lines = rebates([a_due("31.00")], held(a_promotion(**terms), during=during), OCTOBER, "")

    assert [str(line.amount) for line in lines] == [taken]


@pytest.mark.parametrize("during", [days("09-01", "10-01"), days("11-01", None)])
def test_a_promotion_of_other_months_takes_nothing_off(during: Any) -> None:
    lines = rebates([a_due("31.00")], held(a_promotion(percent="1"), during=during), OCTOBER, "")

    assert lines == []


def test_partners_bear_a_rebate_unless_the_operator_does() -> None:
    due = a_due("10.00", terms_id=UUID(int=7))

    def terms(borne_by: str) -> list[UUID | None]:
        promotion = a_promotion(percent="0.5", borne_by=borne_by)
        return [line.terms_id for line in rebates([due], held(promotion), OCTOBER, "")]

    assert terms("partners_too") == [UUID(int=7)]
    assert terms("operator") == [None]


def test_the_components_of_a_bundle_share_its_rebate() -> None:
    # 10.00 as 3.34, 3.33 and 3.33; half of it is 5.00: 1.67, 1.665 and 1.665.
    due = a_due("3.34", "3.33", "3.33")
    lines = tuple(replace(line, product=code) for line, code in zip(due.lines, "abc", strict=True))

    taken = rebates([replace(due, lines=lines)], held(a_promotion(percent="0.5")), OCTOBER, "")

    assert off(taken) == [
        ("hello", "a", "-1.67"),
        ("hello", "b", "-1.67"),
        ("hello", "c", "-1.66"),
    ]


def test_a_component_bears_of_a_rebate_as_much_as_it_has_of_the_price() -> None:
    due = a_due("8.00", "1.00", "1.00")
    lines = tuple(replace(line, product=code) for line, code in zip(due.lines, "abc", strict=True))

    taken = rebates([replace(due, lines=lines)], held(a_promotion(percent="0.5")), OCTOBER, "")

    assert [str(line.amount) for line in taken] == ["-4.00", "-0.50", "-0.50"]


STUDENT = Standing("student", ("young", "city"), "north")


@pytest.mark.parametrize(
    ("entitlement", "is_entitled"),
    [
        ({"everybody": True}, True),
        ({}, False),
        ({"classes": ["student", "pupil"]}, True),
        ({"classes": ["pensioner"]}, False),
        ({"segments": ["city", "village"]}, True),
        ({"classes": ["student"], "territories": ["south"]}, False),
        ({"classes": ["student"], "segments": ["young"], "territories": ["north"]}, True),
    ],
)
def test_class_segment_and_territory_entitle(
    entitlement: dict[str, Any], is_entitled: bool
) -> None:
    promotion = a_promotion(percent="0.1", entitlement=entitlement)

    found = benefits_of([promotion], a_day("10-05"), STUDENT, [], "PLN")

    assert bool(found) is is_entitled


def test_a_granted_promotion_needs_no_entitlement_and_begins_when_it_says() -> None:
    promotion = a_promotion("gift", percent="0.1", entitlement={}, months=3)
    given = Grant(SUBSCRIPTION, "gift", date(2026, 11, 30), "a complaint")

    found = benefits_of([promotion], JANUARY, Standing(), [given], "PLN")

    assert found == [Benefit(promotion, days("11-30", "2027-02-28"))]


def test_a_promotion_is_for_who_begins_while_it_is_valid() -> None:
    promotion = a_promotion(percent="0.1")

    assert benefits_of([promotion], date(2025, 12, 31), STUDENT, [], "PLN") == []
    assert benefits_of([promotion], JANUARY, STUDENT, [], "PLN") == [Benefit(promotion, ALWAYS)]


def test_an_amount_in_another_currency_takes_nothing_off() -> None:
    promotion = a_promotion(amount="5", currency="EUR")

    assert benefits_of([promotion], JANUARY, STUDENT, [], "PLN") == []


def test_the_higher_priority_is_taken_first_then_the_code() -> None:
    three = [a_promotion("b", percent="1"), a_promotion("a", percent="1", priority=0)]
    three.append(a_promotion("z", percent="1", priority=5))

    found = benefits_of(three, JANUARY, Standing(), [], "PLN")

    assert [each.promotion.code for each in found] == ["z", "a", "b"]


amounts = st.integers(0, 10**6).map(lambda cents: str(Decimal(cents).scaleb(-2)))
promotions = st.lists(
    st.one_of(
        st.integers(1, 100).map(lambda part: {"percent": str(Decimal(part) / 100)}),
        amounts.map(lambda amount: {"amount": amount, "currency": "PLN"}),
        st.integers(1, 60).map(lambda trial: {"trial_days": trial}),
    ),
    max_size=4,
)


@given(
    charged=st.lists(st.lists(amounts, min_size=1, max_size=3), max_size=3),
    terms=promotions,
    together=st.sampled_from(["of_what_is_left", "of_list", "best_only"]),
    first=st.integers(1, 31),
)
def test_no_line_is_ever_more_than_taken_off(
    charged: list[list[str]], terms: list[dict[str, Any]], together: str, first: int
) -> None:
    dues = [a_due(*amounts, product=f"p{place}") for place, amounts in enumerate(charged)]
    some = [
        Benefit(a_promotion(f"c{n}", **each), days(f"10-{first:02}"))
        for n, each in enumerate(terms)
    ]

    lines = rebates(dues, some, OCTOBER, together)

    for due in dues:
        left = [*due.lines, *(line for line in lines if line.product == due.product)]
        assert sum(line.amount for line in left) >= 0
    assert all(line.amount < 0 for line in lines)
