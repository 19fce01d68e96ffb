"""What money pays: the oldest due first, disputed parts last, never more than is open (R108)."""

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import amount_text, money
from settlement.receipts.applying import OpenInvoice, apply

JULY = dt.date(2026, 7, 1)


def invoice(n: int, due: int, open_: str, disputed: str = "0") -> OpenInvoice:
    """Invoice F-n, due so many days after the first of July."""
    return OpenInvoice(
        UUID(int=n),
        f"F-{n}",
        JULY,
        JULY + dt.timedelta(due),
        money(open_, "PLN"),
        money(disputed, "PLN"),
    )


@pytest.mark.parametrize(
    ("received", "invoices", "applied", "left"),
    [
        ("100", [invoice(1, 9, "60"), invoice(2, 5, "70")], {2: "70", 1: "30"}, "0"),
        ("70", [invoice(1, 5, "60"), invoice(2, 5, "70")], {1: "60", 2: "10"}, "0"),
        # Of the older 60.00 20.00 are disputed: 40.00, then 70.00, then the disputed rest.
        ("100", [invoice(1, 5, "60", "20"), invoice(2, 9, "70")], {1: "40", 2: "60"}, "0"),
        ("115", [invoice(1, 5, "60", "20"), invoice(2, 9, "70")], {1: "45", 2: "70"}, "0"),
        ("5", [invoice(1, 5, "60", "60"), invoice(2, 9, "70", "70")], {1: "5"}, "0"),
        # 50.00 of the disputed 60.00 are paid already.
        ("10", [invoice(1, 5, "10", "60"), invoice(2, 9, "7")], {1: "3", 2: "7"}, "0"),
        ("200", [invoice(1, 5, "60", "20"), invoice(2, 9, "70")], {1: "60", 2: "70"}, "70"),
        ("12.34", [], {}, "12.34"),
        ("0", [invoice(1, 5, "60")], {}, "0"),
    ],
)
def test_the_oldest_is_paid_first_and_the_disputed_last(
    received: str, invoices: list[OpenInvoice], applied: dict[int, str], left: str
) -> None:
    found, rest = apply(money(received, "PLN"), invoices)

    assert {each.invoice.document_id.int: each.amount for each in found} == {
        n: money(amount, "PLN") for n, amount in applied.items()
    }
    assert rest == money(left, "PLN")


CENTS = st.integers(0, 10_000)
INVOICES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 10_000), CENTS), max_size=6)


@given(received=CENTS, facts=INVOICES)
def test_nothing_is_lost_and_nothing_paid_twice(
    received: int, facts: list[tuple[int, int, int]]
) -> None:
    invoices = [
        invoice(n, due, f"{open_ / 100:.2f}", f"{disputed / 100:.2f}")
        for n, (due, open_, disputed) in enumerate(facts, 1)
    ]
    amount = money(f"{received / 100:.2f}", "PLN")

    applied, left = apply(amount, invoices)

    assert sum((each.amount for each in applied), left) == amount
    assert all(money(0, "PLN") < each.amount <= each.invoice.open for each in applied)
    assert len({each.invoice.document_id for each in applied}) == len(applied)
    if left.amount:
        assert sum((each.amount for each in applied), left - left) == sum(
            (each.open for each in invoices), left - left
        )
    assert apply(amount, invoices[::-1]) == (applied, left), amount_text(amount)
