"""A statement of account on paper: balances carried from page to page, in every language."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from currencies.money import money
from statements.account_statement import (
    AccountStatement,
    Movement,
    OpenItem,
    account_csv,
    check_account,
)
from statements.content import from_plain, to_plain
from statements.document import Period
from statements.rendering.account_view import account_view
from statements.rendering.choosing import page_of
from statements.rendering.service import draw
from tests.statements.builders import a_buyer, a_seller
from tests.statements.rendering.test_service import LOCALES
from tests.statements.rendering.test_typesetting import pages_of


def an_account(count=3, **changes):
    """Charges of 10.00 on each day from 20.00 on: after n of them the balance is 20 + 10 n."""
    first, closing = date(2026, 10, 1), money(f"{20 + 10 * count} PLN")
    facts = {
        "currency": "PLN",
        "locale": "en",
        "issuer": a_seller(),
        "holder": a_buyer(),
        "period": Period(first, date(2026, 11, 1)),
        "opening": money("20.00 PLN"),
        "movements": tuple(
            Movement(first + timedelta(days=n % 31), "Invoice", f"FV/{n}", money("10.00 PLN"))
            for n in range(count)
        ),
        "closing": closing,
        "open_items": (
            OpenItem("FV/0", first, date(2026, 10, 15), closing, closing + money("5.00 PLN")),
        ),
        "unapplied": money("5.00 PLN"),
    }
    found = AccountStatement(**(facts | changes))
    check_account(found)
    return found.numbered("WK/1", date(2026, 11, 2))


def test_each_page_brings_over_what_the_one_before_came_to():
    pages = pages_of(draw(*page_of(an_account(120))))

    over = [re.search(r"To the next page ([\d,.]+)", page) for page in pages[:-1]]
    brought = [re.search(r"From the previous page ([\d,.]+)", page) for page in pages[1:]]
    assert len(pages) >= 3
    assert [each[1] for each in over] == [each[1] for each in brought]
    assert "Opening balance 20.00" in pages[0]
    closing = [page for page in pages if "Closing balance" in page]
    assert len(closing) == 1 and "Closing balance 1,220.00" in closing[0]


@pytest.mark.parametrize("locale", LOCALES)
def test_balances_and_open_items_are_told_in_every_language(locale):
    account = an_account(locale=locale)

    [page] = pages_of(draw(*page_of(account)))

    view = account_view(account)
    for said in (view["title"], view["due_label"], view["due"], view["items"][0]["due"]):
        assert re.sub(r"\s+", " ", said) in page


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        ("-20.00", "Balance in your favour"),
        ("-30.00", "Balance in your favour"),
        ("0.00", "Balance settled"),
    ],
)
def test_it_says_in_whose_favour_the_balance_is(opening, said):
    balance = money(f"{opening} PLN")
    account = an_account(0, opening=balance, closing=balance, open_items=None)

    view = account_view(account)

    assert (view["due_label"], view["payment"], view["has_items"]) == (said, [], False)
    assert not view["due"].startswith("-")


def test_an_account_without_movements_is_drawn():
    [page] = pages_of(draw(*page_of(an_account(0))))

    assert "Opening balance 20.00" in page and "Closing balance 20.00" in page


def test_the_table_of_an_account_ties_row_by_row():
    rows = [row.split(",") for row in account_csv(an_account(2)).decode().splitlines()]

    assert [(row[1], row[6], row[7]) for row in rows[1:]] == [
        ("opening", "", "20.00"),
        ("movement", "10.00", "30.00"),
        ("movement", "10.00", "40.00"),
        ("closing", "", "40.00"),
        ("open_item", "40.00", "45.00"),
        ("unapplied", "", "5.00"),
    ]


def in_two(account):
    """The same account, its invoice in two instalments of 20.00 and 25.00."""
    [item] = account.open_items
    parts = [
        replace(item, open=money(f"{open_}.00 PLN"), instalment=number, instalments=2)
        for number, open_ in ((1, 20), (2, 25))
    ]
    return replace(account, open_items=tuple(parts))


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "instalment 2 of 2"),
        ("pl", "rata 2 z 2"),
        ("ru", "часть 2 из 2"),
        ("de", "Rate 2 von 2"),
        ("uk", "частина 2 з 2"),
    ],
)
def test_an_instalment_is_named_with_how_many_there_are(locale, said):
    [page] = pages_of(draw(*page_of(in_two(an_account(2, locale=locale)))))

    assert said in page


def test_the_table_of_an_account_numbers_its_instalments():
    rows = [row.split(",") for row in account_csv(in_two(an_account(2))).decode().splitlines()]

    assert [row[9:] for row in rows if row[1] in ("row", "opening", "open_item")] == [
        ["instalment", "instalments"],
        ["", ""],
        ["1", "2"],
        ["2", "2"],
    ]


def test_what_is_kept_of_an_account_is_all_of_it():
    account = an_account()

    assert from_plain(AccountStatement, to_plain(account)) == account
