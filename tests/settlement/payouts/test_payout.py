"""A balance becomes a payout, or a reason not to pay it now."""

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import Money, money, shown, total
from settlement.payouts.payout import (
    Account,
    Candidate,
    Later,
    Outcome,
    decide,
)

TENTH = dt.date(2026, 11, 10)
ACCOUNT = Account(UUID(int=7), "Melodia", "PL61109010140000071219812874", "")
THRESHOLD = money("25.00 EUR")


def a_candidate(balance: str = "100.00", **changes: object) -> Candidate:
    facts: dict[str, object] = {
        "party_id": UUID(int=1),
        "code": "P-1",
        "balance": money(f"{balance} EUR"),
        "disputed": money("0.00 EUR"),
        "account": ACCOUNT,
    }
    return Candidate(**(facts | changes))  # type: ignore[arg-type]


def outcomes(candidate: Candidate, threshold: Money | None = THRESHOLD) -> list[tuple[str, str]]:
    return [
        (each.outcome.value, shown(each.amount)) for each in decide(candidate, threshold, TENTH)
    ]


@pytest.mark.parametrize(
    ("balance", "outcome"),
    [("24.99", "carried"), ("25.00", "paid"), ("25.01", "paid")],
)
def test_the_threshold_itself_is_paid(balance: str, outcome: str):
    assert outcomes(a_candidate(balance)) == [(outcome, f"{balance} EUR")]


def test_after_the_end_of_the_agreement_any_balance_is_paid():
    assert outcomes(a_candidate("0.01", has_ended=True)) == [("paid", "0.01 EUR")]


def test_without_a_threshold_every_balance_is_paid():
    assert outcomes(a_candidate("0.01"), None) == [("paid", "0.01 EUR")]


@pytest.mark.parametrize("has_ended", [False, True])
def test_a_negative_balance_is_carried_and_never_fetched(has_ended: bool):
    assert outcomes(a_candidate("-10.00", has_ended=has_ended)) == [("carried", "-10.00 EUR")]


def test_a_balance_of_zero_is_not_listed():
    assert outcomes(a_candidate("0.00")) == []


def test_only_the_disputed_part_is_held():
    candidate = a_candidate("100.00", disputed=money("30.00 EUR"))

    assert outcomes(candidate) == [("held", "30.00 EUR"), ("paid", "70.00 EUR")]


def test_what_a_dispute_leaves_below_the_threshold_is_carried():
    candidate = a_candidate("50.00", disputed=money("30.00 EUR"))

    assert outcomes(candidate) == [("held", "30.00 EUR"), ("carried", "20.00 EUR")]


def test_no_more_is_held_than_is_owed():
    assert outcomes(a_candidate("100.00", disputed=money("140.00 EUR"))) == [("held", "100.00 EUR")]


def test_without_an_account_it_is_held_with_the_reason():
    [decision] = decide(a_candidate(account=None), THRESHOLD, TENTH)

    assert (decision.outcome, decision.reason) == (Outcome.HELD, "no bank account in EUR")


@pytest.mark.parametrize(
    ("usable_from", "outcome"), [(dt.date(2026, 11, 11), "held"), (TENTH, "paid")]
)
def test_a_changed_account_cools_off_first(usable_from: dt.date, outcome: str):
    account = Account(ACCOUNT.id, ACCOUNT.holder, ACCOUNT.iban, "", usable_from)

    assert outcomes(a_candidate(account=account))[0][0] == outcome


cents = st.integers(-100_000, 100_000).map(lambda n: f"{n / 100:.2f}")


@given(balance=cents, disputed=st.integers(0, 100_000), has_ended=st.booleans())
def test_every_cent_of_a_balance_is_accounted_for(balance: str, disputed: int, has_ended: bool):
    candidate = a_candidate(
        balance, disputed=money(f"{disputed / 100:.2f} EUR"), has_ended=has_ended
    )

    decisions = decide(candidate, THRESHOLD, TENTH)

    assert total((each.amount for each in decisions), "EUR") == candidate.balance
    assert all(each.amount.amount > 0 for each in decisions if each.outcome is Outcome.PAID)


@pytest.mark.parametrize(
    ("disputed", "later", "found"),
    [
        ("0.00", ["30.00"], [("carried", "30.00 EUR"), ("paid", "70.00 EUR")]),
        ("0.00", ["30.00", "20.00"], [
            ("carried", "20.00 EUR"), ("carried", "30.00 EUR"), ("paid", "50.00 EUR"),
        ]),
        ("10.00", ["30.00"], [
            ("held", "10.00 EUR"), ("carried", "30.00 EUR"), ("paid", "60.00 EUR"),
        ]),
        # Less is left than what falls due later, because it was set off: nothing is due.
        ("0.00", ["130.00"], [("carried", "100.00 EUR")]),
    ],
)  # fmt: skip
def test_what_is_due_later_waits_and_the_rest_is_paid(
    disputed: str, later: list[str], found: list[tuple[str, str]]
):
    waiting = tuple(
        Later(TENTH + dt.timedelta(days=n), money(f"{each} EUR")) for n, each in enumerate(later, 1)
    )
    candidate = a_candidate(disputed=money(f"{disputed} EUR"), later=waiting)

    assert outcomes(candidate) == found
