"""Instalments: split without a lost cent, filled from the first, lowered from the last (R110)."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import Money, money, total
from i18n.errors import DomainError
from settlement.receipts.applying import OpenInvoice, apply
from settlement.receipts.instalments.plan import (
    MOST,
    Instalment,
    InstalmentAmountUnusable,
    InstalmentCountUnusable,
    InstalmentInThePast,
    InstalmentPolicyUnreadable,
    InstalmentsDoNotTie,
    InstalmentsOutOfOrder,
    PartDue,
    Plan,
    Standing,
    check_instalments,
    days_missed,
    is_missed,
    left,
    months_apart,
    parts_due,
    proposed,
)
from tests.settlement.receipts.instalments.builders import AGREED, a_plan

DUE = dt.date(2026, 11, 16)


def pln(amount: str | Decimal | int) -> Money:
    return money(amount, "PLN")


def figures(amounts: list[Money]) -> str:
    return " ".join(f"{each.amount.normalize():f}" for each in amounts)


def parts(plan: Plan, asked: str, paid: str, disputed: str = "0") -> list[PartDue]:
    open_ = pln(asked) - pln(paid)
    invoice = OpenInvoice(UUID(int=1), "F-1", AGREED, DUE, open_, pln(disputed))
    return list(parts_due(plan, Standing(invoice, pln(asked), pln(paid))))


@pytest.mark.parametrize(
    ("amount", "count", "first_on", "months", "expected"),
    [
        ("100", 3, (2026, 12, 1), 1, "12-01 33.34, 01-01 33.33, 02-01 33.33"),
        ("99.99", 2, (2027, 1, 31), 1, "01-31 50, 02-28 49.99"),
        ("10", 4, (2026, 12, 15), 3, "12-15 2.5, 03-15 2.5, 06-15 2.5, 09-15 2.5"),
    ],
)
def test_equal_instalments_lie_months_apart_and_the_first_get_the_odd_cents(
    amount: str, count: int, first_on: tuple[int, int, int], months: int, expected: str
) -> None:
    found = proposed(pln(amount), count, dt.date(*first_on), months)

    told = [f"{each.due_on:%m-%d} {figures([each.amount])}" for each in found]
    assert ", ".join(told) == expected


@pytest.mark.parametrize(
    ("instalments", "refusal"),
    [
        ([(1, "100")], InstalmentCountUnusable),
        ([(day % 28 + 1, "1") for day in range(MOST + 1)], InstalmentCountUnusable),
        ([(1, "100"), (2, "0")], InstalmentAmountUnusable),
        ([(1, "110"), (2, "-10")], InstalmentAmountUnusable),
        ([(1, "99.995"), (2, "0.005")], InstalmentAmountUnusable),
        ([(1, "50"), (1, "50")], InstalmentsOutOfOrder),
        ([(2, "50"), (1, "50")], InstalmentsOutOfOrder),
        ([(1, "50"), (2, "49.99")], InstalmentsDoNotTie),
        ([(1, "50"), (2, "50.01")], InstalmentsDoNotTie),
    ],
)
def test_instalments_that_do_not_make_up_what_is_open_are_refused(
    instalments: list[tuple[int, str]], refusal: type[DomainError]
) -> None:
    named = [Instalment(dt.date(2026, 12, day), pln(amount)) for day, amount in instalments]

    with pytest.raises(refusal):
        check_instalments(named, pln("100"), "F-1", AGREED)


def test_another_currency_is_refused() -> None:
    named = [Instalment(dt.date(2026, 12, day), money("50", "EUR")) for day in (1, 2)]

    with pytest.raises(InstalmentAmountUnusable):
        check_instalments(named, pln("100"), "F-1", AGREED)


def test_the_first_instalment_may_be_due_today_and_not_before() -> None:
    named = proposed(pln("100"), 2, AGREED, 1)

    check_instalments(named, pln("100"), "F-1", AGREED)
    with pytest.raises(InstalmentInThePast):
        check_instalments(named, pln("100"), "F-1", AGREED + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("asked", "paid", "disputed", "amounts", "paid_of_each", "disputed_of_each"),
    [
        ("100", "0", "0", "33.34 33.33 33.33", "0 0 0", "0 0 0"),
        ("100", "40", "0", "33.34 33.33 33.33", "33.34 6.66 0", "0 0 0"),
        ("100", "100", "0", "33.34 33.33 33.33", "33.34 33.33 33.33", "0 0 0"),
        # A credit note of 40.00 takes the last instalment and part of the one before it.
        ("60", "0", "0", "33.34 26.66 0", "0 0 0", "0 0 0"),
        ("60", "40", "0", "33.34 26.66 0", "33.34 6.66 0", "0 0 0"),
        ("0", "40", "0", "0 0 0", "0 0 0", "0 0 0"),
        # More is asked: the last instalment has it.
        ("110", "0", "0", "33.34 33.33 43.33", "0 0 0", "0 0 0"),
        # What is disputed is that of the last ones that are open.
        ("100", "0", "40", "33.34 33.33 33.33", "0 0 0", "0 6.67 33.33"),
        ("100", "90", "40", "33.34 33.33 33.33", "33.34 33.33 23.33", "0 0 10"),
    ],
)
def test_payments_fill_the_first_and_credits_lower_the_last(
    asked: str, paid: str, disputed: str, amounts: str, paid_of_each: str, disputed_of_each: str
) -> None:
    found = left(a_plan("33.34 33.33 33.33"), pln(asked), pln(paid), pln(disputed))

    assert figures([each.amount for each in found]) == amounts
    assert figures([each.paid for each in found]) == paid_of_each
    assert figures([each.disputed for each in found]) == disputed_of_each


def test_what_was_paid_before_the_plan_fills_nothing_of_it() -> None:
    plan = a_plan("50 50", paid="23")

    assert figures([each.invoice.open for each in parts(plan, "123", "43")]) == "30 50"


def test_what_is_open_again_from_before_the_plan_is_due_with_the_invoice() -> None:
    plan = a_plan("50 50", paid="23")

    found = [each.invoice for each in parts(plan, "123", "0")]

    assert [(each.due_on, each.instalment) for each in found] == [
        (dt.date(2026, 12, 1), 1),
        (dt.date(2026, 12, 2), 2),
        (DUE, None),
    ]
    assert figures([each.open for each in found]) == "50 50 23"


@pytest.mark.parametrize(
    ("paid", "disputed", "today", "is_it"),
    [
        ("0", "0", 15, False),
        ("0", "0", 16, True),
        ("49.99", "0", 16, True),
        ("50", "0", 16, False),
        # What is disputed was not missed.
        ("0", "100", 16, False),
    ],
)
def test_a_plan_is_missed_after_so_many_days_overdue(
    paid: str, disputed: str, today: int, is_it: bool
) -> None:
    plan = a_plan("50 50", days="1 20")

    found = is_missed(plan, parts(plan, "100", paid, disputed), 14, dt.date(2026, 12, today))

    assert found is is_it


@pytest.mark.parametrize("text", ["", "0", "13", "-1", "one", "1.5", "٣"])
def test_a_number_of_months_is_from_1_to_12(text: str) -> None:
    with pytest.raises(InstalmentPolicyUnreadable):
        months_apart({"instalment_months": text})


@pytest.mark.parametrize("text", ["", "0", "366", "falls", "9" * 400])
def test_a_missed_instalment_is_nothing_or_so_many_days(text: str) -> None:
    with pytest.raises(InstalmentPolicyUnreadable):
        days_missed({"missed_instalment": text})


def test_policies_that_are_silent_say_a_month_and_nothing() -> None:
    assert (months_apart({}), days_missed({})) == (1, None)
    assert months_apart({"instalment_months": "3"}) == 3
    assert days_missed({"missed_instalment": "14"}) == 14


CENTS = st.integers(0, 100_000)


@given(
    open_=st.integers(60, 100_000), count=st.integers(2, 60), before=CENTS, change=CENTS, paid=CENTS
)
def test_the_parts_are_always_what_is_open_and_are_paid_in_order(
    open_: int, count: int, before: int, change: int, paid: int
) -> None:
    def cents(number: int) -> Money:
        return money(Decimal(number).scaleb(-2), "PLN")

    instalments = proposed(cents(open_), count, dt.date(2026, 12, 1), 1)
    check_instalments(instalments, cents(open_), "F-1", AGREED)
    amounts = " ".join(str(each.amount.amount) for each in instalments)
    plan = a_plan(amounts, paid=str(cents(before).amount), days="1 " * count)
    asked, paid_now = cents(change), cents(paid)
    invoice = OpenInvoice(UUID(int=1), "F-1", AGREED, DUE, asked - paid_now, cents(0))
    if invoice.open.amount <= 0:
        return

    found = [each.invoice for each in parts_due(plan, Standing(invoice, asked, paid_now))]

    assert total((each.open for each in found), "PLN") == invoice.open
    assert all(each.open.amount > 0 for each in found)
    kept = left(plan, asked, paid_now, cents(0))
    # Once one is not paid in full, nothing of the later ones is paid.
    first = next((at for at, each in enumerate(kept) if each.open.amount), len(kept))
    assert not any(each.paid.amount for each in kept[first + 1 :])
    # A payment of all that is open is one part of a receipt for the invoice, and leaves nothing.
    applied, rest = apply(invoice.open, found)
    assert [each.amount for each in applied] == [invoice.open]
    assert not rest.amount
