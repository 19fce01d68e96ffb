"""An account is stated as the book has it: balances, movements, and what is open (F, G)."""

import datetime as dt
from dataclasses import replace

import pytest

from currencies.money import money, shown
from settlement.account_statements import service
from settlement.account_statements.movements import ACCOUNTS
from settlement.billing import service as billing
from settlement.billing.changing import service as changing
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason, Side
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from settlement.receipts.writing_off import service as writing_off
from statements import service as statements
from statements.account_statement import AccountDoesNotTie, AccountStatement, check_account
from statements.document import Kind
from statements.filing import CSV, JSON, PDF
from tests.settlement.billing.builders import a_customer, charged, october

SECOND = dt.date(2026, 11, 2)
DECEMBER = dt.date(2026, 12, 1)


@pytest.fixture
def account(session):
    """In November: 123.00 billed on the 2nd, 24.60 of it taken back, 50.00 paid on the 5th and
    returned on the 9th, 60.00 paid on the 12th, 3.40 given up on the 20th; then it is December.
    """
    where = october(session)
    for kind in (Kind.ADJUSTING_CREDIT, Kind.ACCOUNT_STATEMENT):
        statements.open_series(session, kind, f"{kind.value}/{{number}}")
    charged(session, where, a_customer(session), "100.00")
    periods.close(session, "2026-10")
    [invoice] = billing.bill_period(session, "2026-10").issued
    changing.adjust_invoice(session, invoice.id, {"1": money("-20.00 PLN")}, "agreed")
    began = session.now()

    def go_to(day: int, month: int = 11) -> dt.date:
        on = dt.date(2026, month, day)
        session.clock.move_to(began + (on - SECOND))
        return on

    on = go_to(5)
    first = receipts.receive(session, "C-1", "W/1", money("50.00 PLN"), on)
    on = go_to(9)
    receipts.bounce(session, first.id, on)
    on = go_to(12)
    receipts.receive(session, "C-1", "W/2", money("60.00 PLN"), on)
    go_to(20)
    writing_off.write_off(session, invoice.id, money("3.40 PLN"), "not worth a letter")
    go_to(1, 12)
    periods.open_period(session, "2026-12")
    yield parties.party_by_code(session, "C-1").id
    session.clock.move_to(began)


def stated(session, party_id, starts_on=dt.date(2026, 11, 1), until=DECEMBER) -> AccountStatement:
    return service.account(session, party_id, "PLN", starts_on, until)


def test_every_entry_of_the_account_stands_on_its_day(session, account):
    found = stated(session, account)

    assert [(each.on.day, each.what, shown(each.amount)) for each in found.movements] == [
        (2, "Invoice", "123.00 PLN"),
        (2, "Adjusting credit note", "-24.60 PLN"),
        (5, "Payment received", "-50.00 PLN"),
        (9, "Payment returned", "50.00 PLN"),
        (12, "Payment received", "-60.00 PLN"),
        (20, "Given up", "-3.40 PLN"),
    ]
    assert [each.reference for each in found.movements[2:5]] == ["W/1", "W/1", "W/2"]
    assert (shown(found.opening), shown(found.closing)) == ("0.00 PLN", "35.00 PLN")


@pytest.mark.parametrize(
    ("day", "balance", "open_then", "unapplied"),
    [
        (2, "0.00", [], "0.00"),
        (3, "98.40", ["98.40"], "0.00"),
        (6, "48.40", ["48.40"], "0.00"),
        (10, "98.40", ["98.40"], "0.00"),
        (13, "38.40", ["38.40"], "0.00"),
        (21, "35.00", ["35.00"], "0.00"),
    ],
)
def test_what_is_open_at_the_end_of_any_day_is_the_balance(
    session, account, day, balance, open_then, unapplied
):
    found = stated(session, account, until=dt.date(2026, 11, day))

    check_account(found)
    assert shown(found.closing) == f"{balance} PLN"
    assert [shown(item.open) for item in found.open_items] == [f"{each} PLN" for each in open_then]
    assert shown(found.unapplied) == f"{unapplied} PLN"


def test_the_closing_balance_is_that_of_the_ledger_and_of_what_is_open(session, account):
    found = stated(session, account)

    [held] = ledger.balances(session, *ACCOUNTS)
    [invoice] = receipts.open_invoices(session, "C-1", "PLN")
    assert found.closing == held.amount == invoice.open


def test_one_span_begins_where_the_other_ended(session, account):
    middle = dt.date(2026, 11, 10)
    first, second = stated(session, account, until=middle), stated(session, account, middle)

    assert first.closing == second.opening == money("98.40 PLN")
    assert first.movements + second.movements == stated(session, account).movements


def test_what_was_paid_too_much_is_unapplied(session, account):
    receipts.receive(session, "C-1", "W/3", money("40.00 PLN"), DECEMBER)

    found = stated(session, account, until=DECEMBER + dt.timedelta(days=1))

    assert (found.open_items, shown(found.unapplied)) == ((), "5.00 PLN")
    assert shown(found.closing) == "-5.00 PLN"
    check_account(found)


def test_a_statement_is_issued_once_and_has_its_forms(session, account):
    first = service.issue(session, "C-1", "PLN", SECOND, DECEMBER)
    again = service.issue(session, "C-1", "PLN", SECOND, DECEMBER)

    assert (first.id, first.number, shown(first.gross)) == (
        again.id,
        "account_statement/1",
        "35.00 PLN",
    )
    assert {file.media_type for file in first.files} == {PDF, CSV}
    _, made = statements.download(session, first.id, JSON)
    assert b'"closing": {\n   "amount": "35.00"' in made
    assert isinstance(statements.content(session, first.id), AccountStatement)
    assert verify(session) == []


def test_a_run_states_every_account_once_and_leaves_out_the_quiet(session, account):
    a_customer(session, "C-2")

    run = service.issue_all(session, SECOND, DECEMBER)
    again = service.issue_all(session, SECOND, DECEMBER)

    assert [(each.filing.party_id, shown(each.gross)) for each in run.issued] == [
        (account, "35.00 PLN")
    ]
    assert (run.parked, again.issued) == ((), run.issued)


def test_days_that_are_no_days_or_not_over_are_refused(session, account):
    with pytest.raises(service.AccountDaysUnusable):
        service.issue(session, "C-1", "PLN", DECEMBER, DECEMBER)
    with pytest.raises(service.AccountDaysNotOver):
        service.issue(session, "C-1", "PLN", SECOND, DECEMBER + dt.timedelta(days=1))


def test_an_account_that_does_not_tie_is_refused(session, account):
    found = stated(session, account)

    for wrong in (
        replace(found, closing=money("34.99 PLN")),
        replace(found, unapplied=money("0.01 PLN")),
    ):
        with pytest.raises(AccountDoesNotTie, match="closing balance"):
            check_account(wrong)


def test_what_asks_for_nothing_is_not_disputed(session, account):
    issued = service.issue(session, "C-1", "PLN", SECOND, DECEMBER)

    with pytest.raises(disputes.AccountNotDisputed, match="account_statement/1"):
        disputes.raise_dispute(
            session,
            document_id=issued.id,
            disputed=money("1.00 PLN"),
            reason=Reason.RATE,
            raised_by=Side.THEM,
        )
