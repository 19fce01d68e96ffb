"""What customers have paid decides what of a share is paid out, revenue by revenue (R47)."""

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import hypothesis.strategies as st
import pytest
from hypothesis import given

from currencies.money import money, shown
from settlement.self_billing.release import (
    ALL,
    Before,
    Charged,
    paid_parts,
    release,
    release_steps,
)

OCTOBER, TERMS = UUID(int=1), UUID(int=2)
ANNA, BERTA = UUID(int=11), UUID(int=12)


def releases(share: str, *parts: Fraction) -> list[tuple[str, Fraction]]:
    """What one statement after another releases as customers pay, and what that rounds."""
    found, before = [], None
    for part in parts:
        now = release(money(share), part, before)
        assert now.fraction is not None
        found.append((shown(money(now.amount, "EUR")), now.fraction))
        earlier = before.fraction if before else Fraction(0)
        before = Before(now.before + now.amount, earlier + now.fraction)
    return found


def charged(amount: str, document_id: UUID | None, product: str = "song") -> Charged:
    return Charged(OCTOBER, TERMS, product, "EUR", document_id, Decimal(amount))


@pytest.mark.parametrize(
    ("lines", "paid", "part"),
    [
        # One invoice, a third of it paid.
        ([charged("30.00", ANNA)], {ANNA: Fraction(1, 3)}, Fraction(1, 3)),
        # Anna paid her 30 in full, Berta nothing of her 10.
        ([charged("30.00", ANNA), charged("10.00", BERTA)], {ANNA: 1, BERTA: 0}, Fraction(3, 4)),
        # What is on no invoice yet is not paid.
        ([charged("30.00", ANNA), charged("10.00", None)], {ANNA: 1}, Fraction(3, 4)),
        # A rebate of 5 stands on a credit note, which asks for nothing: 10 of 25 less 5 of 25.
        ([charged("30.00", ANNA), charged("-5.00", BERTA)], {ANNA: Fraction(1, 3)}, Fraction(1, 5)),
        # Free of charge: there is nothing to wait for.
        ([charged("0.00", ANNA)], {ANNA: 0}, Fraction(1)),
    ],
)
def test_the_part_paid_of_a_revenue_is_weighed_by_what_was_charged(
    lines: list[Charged], paid: dict[UUID, Fraction], part: Fraction
) -> None:
    found = paid_parts(lines, {each: Fraction(one) for each, one in paid.items()})

    assert found[OCTOBER, TERMS, "song", "EUR"] == part


def test_what_looks_at_all_products_goes_by_all_that_is_paid() -> None:
    lines = [charged("30.00", ANNA), charged("10.00", BERTA, "film")]

    found = paid_parts(lines, {ANNA: Fraction(1), BERTA: Fraction(0)})

    assert found[OCTOBER, TERMS, "film", "EUR"] == 0
    assert found[OCTOBER, TERMS, ALL, "EUR"] == Fraction(3, 4)


def test_statements_release_what_has_been_paid_since_and_take_back_what_bounced() -> None:
    released = releases("10.00 EUR", *(Fraction(paid, 3) for paid in (1, 2, 3, 2, 0, 3)))

    assert [amount for amount, _ in released] == [
        "3.33 EUR", "3.34 EUR", "3.33 EUR", "-3.33 EUR", "-6.67 EUR", "10.00 EUR",
    ]  # fmt: skip


def test_what_a_release_rounded_comes_back_once_all_is_paid() -> None:
    released = releases("10.00 EUR", Fraction(1, 3), Fraction(2, 3), Fraction(1))

    # Each third is 3.33 and a third of a cent: 3.33 is short of it, 3.34 is over it.
    cent = Fraction(1, 300)
    assert [fraction for _, fraction in released] == [cent, -2 * cent, cent]


def test_what_releases_from_before_rounded_is_told_with_the_next_one() -> None:
    share = money("10.00 EUR")

    now = release(share, Fraction(2, 3), Before(Decimal("3.33"), Fraction(0)))

    # 6.67 of 6.666... is released by now, so that a third of a cent was made in all.
    assert now.fraction == Fraction(-1, 300)


@given(
    share=st.integers(-(10**6), 10**6),
    parts=st.lists(st.fractions(0, 1, max_denominator=97), min_size=1, max_size=6),
)
def test_fractions_of_releases_are_what_lies_between_the_part_and_what_is_released(
    share: int, parts: list[Fraction]
) -> None:
    amount = Fraction(share, 100)

    told = releases(f"{Decimal(share).scaleb(-2)} EUR", *parts)

    so_far = sum(Fraction(each.split()[0]) for each, _ in told)
    assert so_far + sum(fraction for _, fraction in told) == amount * parts[-1]


def test_what_was_given_back_is_taken_back_as_far_as_it_was_paid_out() -> None:
    given_back = release(money("-10.00 EUR"), Fraction(1, 3), None)

    assert (given_back.amount, given_back.is_first) == (Decimal("-3.33"), True)


def test_the_statement_says_what_was_released_and_what_is_held() -> None:
    share = money("10.00 EUR")

    steps = release_steps(
        share, release(share, Fraction(2, 3), Before(Decimal("3.33"), Fraction(0))), "en"
    )

    assert [(step.label, shown(step.amount), step.formula) for step in steps] == [
        ("Released, as customers have paid", "6.67 EUR", "66.67%"),
        ("less released before", "-3.33 EUR", ""),
        ("Released now", "3.34 EUR", ""),
        ("Held until customers pay", "3.33 EUR", ""),
    ]
