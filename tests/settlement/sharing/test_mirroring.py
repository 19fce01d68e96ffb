"""Refunds mirror what was stored, whatever was agreed since (rule R41)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import Money, money
from settlement.agreements.sharing_terms import terms_from_plain
from settlement.sharing.crediting import Credit, Revenue, SplitBy, credits_of
from settlement.sharing.fractions import rounded_steps
from settlement.sharing.refunding.mirroring import (
    Refund,
    RefundExceeds,
    check_refund,
    mirrored,
    shared_for,
)

OCTOBER, TERMS = UUID(int=10), UUID(int=8)
PARTIES = {"label": UUID(int=1), "studio": UUID(int=2)}
VAT = {"name": "vat", "rate": "0.23", "vat": True}


def pln(amount: str | Decimal) -> Money:
    return money(Decimal(amount), "PLN")


def stored(gross: str, split_by: SplitBy = SplitBy(), **more: object) -> list[Credit]:  # noqa: B008 - a value.
    plain = {"owner": "operator", "shares": [{"payee": "label", "rate": "0.70"}]} | more
    revenue = Revenue(UUID(int=7), TERMS, "film", "PLN", 1, Decimal(gross))
    return credits_of(revenue, terms_from_plain(plain), PARTIES, None, split_by)


def refund(amount: str | Decimal, **changes: object) -> Refund:
    facts: dict[str, object] = {
        "id": UUID(int=99),
        "period_id": OCTOBER,
        "terms_id": TERMS,
        "product": "film",
        "amount": pln(amount),
        "cause": "refund",
        "reason": "bad sound",
        "document_id": UUID(int=5),
        "line": "1",
    }
    return Refund(**(facts | changes))  # type: ignore[arg-type]


def amounts(credits: Sequence[Credit]) -> list[str]:
    return [f"{credit.amount:.2f}" for credit in credits]


def test_a_refund_of_everything_takes_back_everything() -> None:
    # 1.23 is net 1.00; 0.70 and 0.30.
    sale = stored("1.23", deductions=[VAT])

    back = mirrored(sale, pln("0"), refund("1.23"))

    assert amounts(back) == ["-0.70", "-0.30"]
    assert [credit.steps[0]["amount"] for credit in back] == ["-0.23", "-0.23"]
    assert {credit.cause for credit in back} == {"refund"}
    assert back[1].steps[-1] == {"refund": str(UUID(int=99)), "amount": "0"}


def test_deductions_are_given_back_in_proportion() -> None:
    # A third of 1.23 is 0.41: VAT 0.0767, the label 0.2333, the operator 0.10.
    back = mirrored(stored("1.23", deductions=[VAT]), pln("0"), refund("0.41"))

    assert amounts(back) == ["-0.23", "-0.10"]
    assert back[0].steps[0]["amount"] == "-0.08"


def test_what_was_shared_above_the_revenue_is_taken_back_with_it() -> None:
    # Paid 8.00, shared by the list price of 10.00: 7.00 and 3.00. Half of it back is 3.50 and 1.50.
    by_list = stored("8.00", SplitBy(difference=Decimal(2)), share_base="list")

    assert amounts(mirrored(by_list, pln("0"), refund("4.00"))) == ["-3.50", "-1.50"]
    assert amounts(mirrored(by_list, pln("4.00"), refund("4.00"))) == ["-3.50", "-1.50"]


def test_a_corrected_split_is_mirrored_as_it_is_now() -> None:
    first, now = stored("1.00"), stored("2.00")
    kept = [*first, *(credit.reversed() for credit in first), *now]

    assert amounts(mirrored(kept, pln("0"), refund("2.00"))) == ["-1.40", "-0.60"]


def test_rules_of_one_revenue_give_back_in_proportion() -> None:
    young = [replace(credit, rule="young") for credit in stored("3.00")]
    sale = [*stored("1.00"), *young]

    back = mirrored(sale, pln("0"), refund("2.00"))

    # A quarter of 2.00 by the general split, and three quarters by the rule.
    assert [(credit.rule, f"{credit.amount:.2f}") for credit in back] == [
        ("", "-0.35"), ("", "-0.15"), ("young", "-1.05"), ("young", "-0.45"),
    ]  # fmt: skip


def test_only_the_shares_of_the_same_revenue_are_taken_back() -> None:
    sale = stored("1.00")
    other = [*mirrored(sale, pln("0"), refund("0.50")), *stored("9.00")]

    assert shared_for([*sale, *other[:2]], refund("0.50")) == sale
    assert shared_for(sale, refund("0.50", product="song")) == []
    assert mirrored([], pln("0"), refund("0.50")) == []


@pytest.mark.parametrize(("so_far", "asked"), [("0", "1.24"), ("1.00", "0.24")])
def test_more_than_was_shared_is_refused(so_far: str, asked: str) -> None:
    with pytest.raises(RefundExceeds, match="film"):
        check_refund(stored("1.23"), pln(so_far), refund(asked))


@given(
    cents=st.integers(1, 10**6),
    bounds=st.lists(st.fractions(0, 1), max_size=6),
    rate=st.decimals(0, 1, places=4),
    difference=st.integers(-100, 100),
)
def test_property_pieces_take_back_exactly_what_was_shared(
    cents: int, bounds: list[object], rate: Decimal, difference: int
) -> None:
    split_by = SplitBy(difference=Decimal(max(difference, -cents)).scaleb(-2))
    shares = [{"payee": "label", "rate": str(rate)}]
    sale = stored(str(Decimal(cents).scaleb(-2)), split_by, shares=shares, deductions=[VAT])
    edges = sorted({0, cents, *(int(cents * bound) for bound in bounds)})  # type: ignore[operator]

    back: list[Credit] = []
    for earlier, later in zip(edges, edges[1:], strict=False):
        piece = Decimal(later - earlier).scaleb(-2)
        back += mirrored(sale, pln(Decimal(earlier).scaleb(-2)), refund(piece))

    for credit in sale:
        taken = sum(each.amount for each in back if each.position == credit.position)
        assert taken == -credit.amount


def test_a_refund_tells_what_rounding_made_of_its_parts() -> None:
    # A third of 1.23: VAT 0.23/3, the label 0.70/3, the operator 0.10; posted 0.08, 0.23 and 0.10.
    back = mirrored(stored("1.23", deductions=[VAT]), pln("0"), refund("0.41"))

    assert [each.fraction for each in back] == [Fraction("-0.01") / 3, 0]
    assert [step.get("fraction") for step in back[0].steps] == ["1/300", "-1/300", None, None]


def test_what_was_rounded_up_comes_back_with_all_of_the_sale() -> None:
    # 70 % of 0.01 are 0.007, posted as 0.01: 0.003 too much, and as much too little for ourselves.
    plain = {"owner": "operator", "shares": [{"payee": "label", "rate": "0.70"}]}
    terms = terms_from_plain(plain)

    back = mirrored(
        stored("0.01"), pln("0"), refund("0.01"), lambda credit: rounded_steps(credit, terms)
    )

    assert amounts(back) == ["-0.01", "0.00"]
    assert [each.fraction for each in back] == [Fraction("0.003"), Fraction("-0.003")]
