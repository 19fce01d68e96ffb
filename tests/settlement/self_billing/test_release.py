"""What customers have paid decides what of a share is paid out, revenue by revenue (R47)."""

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from currencies.money import money, shown
from settlement.self_billing.release import ALL, Charged, paid_parts, release, release_steps

OCTOBER, TERMS = UUID(int=1), UUID(int=2)
ANNA, BERTA = UUID(int=11), UUID(int=12)


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
    share, so_far, released = money("10.00 EUR"), None, []
    for paid in ("10", "20", "30", "20", "0", "30"):
        now = release(share, Fraction(int(paid), 30), so_far)
        released.append(shown(money(now.amount, "EUR")))
        so_far = now.before + now.amount

    assert released == [
        "3.33 EUR", "3.34 EUR", "3.33 EUR", "-3.33 EUR", "-6.67 EUR", "10.00 EUR",
    ]  # fmt: skip


def test_what_was_given_back_is_taken_back_as_far_as_it_was_paid_out() -> None:
    given_back = release(money("-10.00 EUR"), Fraction(1, 3), None)

    assert (given_back.amount, given_back.is_first) == (Decimal("-3.33"), True)


def test_the_statement_says_what_was_released_and_what_is_held() -> None:
    share = money("10.00 EUR")

    steps = release_steps(share, release(share, Fraction(2, 3), Decimal("3.33")), "en")

    assert [(step.label, shown(step.amount), step.formula) for step in steps] == [
        ("Released, as customers have paid", "6.67 EUR", "66.67%"),
        ("less released before", "-3.33 EUR", ""),
        ("Released now", "3.34 EUR", ""),
        ("Held until customers pay", "3.33 EUR", ""),
    ]
