"""A dispute is about an amount, ends once, and says what follows."""

import pytest

from currencies.money import money
from settlement.disputes.dispute import (
    HOLDING,
    Consequence,
    DisputeClosed,
    DisputedInAnotherCurrency,
    MoreThanDisputable,
    NothingDisputed,
    Status,
    check_amount,
    closed,
    what_follows,
)


@pytest.mark.parametrize("wanted", [Status.WITHDRAWN, Status.ACCEPTED, Status.REJECTED])
def test_an_open_dispute_ends_in_one_of_three_ways(wanted: Status) -> None:
    assert closed(Status.OPEN, wanted) is wanted


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.ACCEPTED, Status.REJECTED])
def test_a_dispute_ends_once(status: Status) -> None:
    with pytest.raises(DisputeClosed, match=f"A {status} dispute cannot become withdrawn"):
        closed(status, Status.WITHDRAWN)


@pytest.mark.parametrize(
    ("status", "is_done", "is_compared", "consequence", "held"),
    [
        (Status.OPEN, False, False, Consequence.ANSWER, True),
        (Status.ACCEPTED, False, False, Consequence.CREDIT, True),
        (Status.ACCEPTED, False, True, Consequence.ADJUST, True),
        (Status.ACCEPTED, True, False, Consequence.DONE, False),
        (Status.ACCEPTED, True, True, Consequence.DONE, False),
        (Status.REJECTED, False, True, Consequence.STANDS, False),
        (Status.WITHDRAWN, False, False, Consequence.STANDS, False),
    ],
)
def test_what_follows_is_named_and_money_is_held_until_it_is_settled(
    status: Status, is_done: bool, is_compared: bool, consequence: Consequence, held: bool
) -> None:
    assert what_follows(status, is_done=is_done, is_compared=is_compared) is consequence
    assert (consequence in HOLDING) is held


def test_the_whole_rest_may_be_disputed_and_no_more() -> None:
    stated, disputed = money("100.00 EUR"), money("30.00 EUR")

    check_amount(money("70.00 EUR"), stated, disputed, "the statement")
    with pytest.raises(MoreThanDisputable, match="70.01 EUR .* 70.00 EUR of the statement is left"):
        check_amount(money("70.01 EUR"), stated, disputed, "the statement")


def test_of_a_credit_its_size_may_be_disputed() -> None:
    check_amount(money("5.00 EUR"), money("-5.00 EUR"), money("0.00 EUR"), "line 1")


@pytest.mark.parametrize("amount", ["0.00 EUR", "-1.00 EUR"])
def test_a_dispute_is_about_an_amount_above_zero(amount: str) -> None:
    with pytest.raises(NothingDisputed):
        check_amount(money(amount), money("5.00 EUR"), money("0.00 EUR"), "line 1")


def test_a_dispute_is_in_the_currency_of_the_document() -> None:
    with pytest.raises(DisputedInAnotherCurrency, match="in EUR, the dispute in PLN"):
        check_amount(money("1.00 PLN"), money("5.00 EUR"), money("0.00 EUR"), "line 1")
