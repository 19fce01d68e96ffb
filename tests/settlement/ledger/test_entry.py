"""An entry has two sides that are equal in every currency."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from currencies.money import Money, money
from settlement.ledger.accounts import Account
from settlement.ledger.entry import (
    Entry,
    NothingToPost,
    Posting,
    Side,
    Unbalanced,
    check,
    credit,
    debit,
    reversal,
    sums,
)

OCTOBER = UUID(int=10)


def an_entry(*postings: Posting) -> Entry:
    return Entry(
        "invoice", UUID(int=1), "issue", OCTOBER, dt.date(2026, 10, 31), "Invoice", postings
    )


def test_an_entry_that_balances_in_each_currency_is_accepted():
    entry = an_entry(
        debit(Account.PARTNER_ACCRUED, money("425.00 PLN")),
        credit(Account.CURRENCY_POSITION, money("425.00 PLN")),
        debit(Account.CURRENCY_POSITION, money("100.00 EUR")),
        credit(Account.PARTNER_PAYABLE, money("100.00 EUR")),
    )

    assert check(entry) == entry


def test_an_entry_that_balances_only_across_currencies_is_refused():
    entry = an_entry(
        debit(Account.RECEIVABLE, money("100.00 EUR")),
        credit(Account.REVENUE, money("100.00 PLN")),
    )

    with pytest.raises(Unbalanced, match=r"100 EUR"):
        check(entry)


def test_a_cent_too_few_is_refused():
    entry = an_entry(
        debit(Account.RECEIVABLE, money("10.00 EUR")),
        credit(Account.REVENUE, money("9.99 EUR")),
    )

    with pytest.raises(Unbalanced, match=r"are 0.01 EUR, not 0"):
        check(entry)


def test_a_negative_amount_is_written_on_the_other_side():
    assert debit(Account.REVENUE, money("-70.00 PLN")) == Posting(
        Account.REVENUE, Side.CREDIT, money("70.00 PLN")
    )


def test_zero_is_not_posted():
    entry = an_entry(
        debit(Account.RECEIVABLE, money("5.00 PLN")),
        credit(Account.UNBILLED_RECEIVABLE, money("5.00 PLN")),
        credit(Account.VAT_PAYABLE, money("0.00 PLN")),
    )

    assert [posting.account for posting in check(entry).postings] == [
        Account.RECEIVABLE,
        Account.UNBILLED_RECEIVABLE,
    ]


def test_an_entry_of_zeros_is_refused():
    with pytest.raises(NothingToPost):
        check(an_entry(debit(Account.RECEIVABLE, money("0.00 PLN"))))


amounts = st.integers(-(10**30), 10**30).map(
    lambda n: money(Decimal(n).scaleb(-12), "KWD") if n else money("1.000 KWD")
)


@given(st.lists(amounts, min_size=1, max_size=5))
def test_posting_and_reversing_leaves_zero(parts: list[Money]):
    entry = an_entry(
        *(debit(Account.RECEIVABLE, part) for part in parts),
        *(credit(Account.REVENUE, part) for part in parts),
    )

    undone = reversal(check(entry), UUID(int=2), OCTOBER, dt.date(2026, 11, 1))

    assert check(undone) == undone
    assert sums(entry.postings + undone.postings) == {"KWD": 0}
    by_account = [
        (posting.account, posting.amount, posting.side.other) for posting in undone.postings
    ]
    assert by_account == [
        (posting.account, posting.amount, posting.side) for posting in entry.postings
    ]
