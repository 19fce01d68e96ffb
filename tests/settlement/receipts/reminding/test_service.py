"""Letters remind of what is overdue and undisputed, level by level, and are kept and delivered."""

import datetime as dt
from contextlib import contextmanager
from decimal import Decimal

import pytest

from currencies.money import money, shown
from settlement.billing import service as billing
from settlement.delivery import service as delivery
from settlement.delivery.choice import Choice
from settlement.delivery.delivery import Channel
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason, Side
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from settlement.receipts.interest import service as interest
from settlement.receipts.reminding import service
from settlement.receipts.reminding.jobs import remind
from statements import service as statements
from statements.document import Kind
from statements.filing import CSV, JSON, PDF
from tests.settlement.billing.builders import a_customer, charged, october, policies


@pytest.fixture
def go_to(session):
    """An invoice over 123.00 to C-1, and the way to a day so many days after it was due."""
    where = october(session)
    for kind in (Kind.REMINDER, Kind.INTEREST_NOTE):
        statements.open_series(session, kind, f"{kind.value}/{{number}}")
    charged(session, where, a_customer(session), "100.00")
    periods.close(session, "2026-10")
    [invoice] = billing.bill_period(session, "2026-10").issued
    began, today = session.now(), periods.today(session)
    for code in ("2026-11", "2026-12", "2027-01"):
        periods.open_period(session, code)

    def move(days_late: int) -> dt.date:
        on = invoice.due_on + dt.timedelta(days=days_late)
        session.clock.move_to(began + (on - today))
        return on

    yield move
    session.clock.move_to(began)


def test_a_letter_is_issued_once_for_each_level_and_kept(session, go_to):
    go_to(6)
    assert service.due(session) == []

    on = go_to(7)
    [letter] = service.issue(session).issued
    again = service.issue(session)

    assert again.issued == ()
    assert (letter.number, shown(letter.gross)) == ("reminder/1", "123.00 PLN")
    assert letter.due_on == on + dt.timedelta(days=7)
    assert {file.media_type for file in letter.files} == {PDF, CSV}
    said = statements.content(session, letter.id)
    assert (said.level, [item.number for item in said.items]) == (1, ["FV/2026/11/0001"])
    _, table = statements.download(session, letter.id, CSV)
    assert b"reminder/1,1,FV/2026/11/0001," in table
    assert b",7,123.00,123.00,PLN" in table
    assert b'"level": 1' in statements.download(session, letter.id, JSON)[1]
    # It asks for nothing of its own: the book and what is open are as they were.
    assert [each.number for each in receipts.open_invoices(session, "C-1", "PLN")] == [
        "FV/2026/11/0001"
    ]
    assert verify(session) == []


class Working:
    """A run of a job in the session of a test."""

    def __init__(self, session):
        self.session = session

    @contextmanager
    def transaction(self, _name):
        yield self.session

    def progress(self, done, total):
        assert 0 < done <= total


def test_the_job_issues_what_is_due_and_says_so(session, go_to):
    go_to(7)

    assert remind(Working(session)) == {"issued": 1, "interest_notes": 0, "parked": []}
    assert remind(Working(session)) == {"issued": 0, "interest_notes": 0, "parked": []}


def test_levels_follow_each_other_and_end(session, go_to):
    levels = []
    for days_late in (7, 14, 21, 30, 35, 100):
        go_to(days_late)
        for letter in service.issue(session).issued:
            levels.append((days_late, statements.content(session, letter.id).level))

    assert levels == [(7, 1), (21, 2), (35, 3)]


def test_only_what_is_left_and_undisputed_is_asked_for(session, go_to):
    on = go_to(7)
    [invoice] = statements.documents(session, kind=Kind.INVOICE)
    receipts.receive(session, "C-1", "W/1", money("40.00 PLN"), on)
    disputes.raise_dispute(
        session,
        document_id=invoice.id,
        disputed=money("23.00 PLN"),
        reason=Reason.RATE,
        raised_by=Side.THEM,
    )

    [due] = service.due(session)
    assert shown(due.amount) == "60.00 PLN"

    receipts.receive(session, "C-1", "W/2", money("60.00 PLN"), on)
    assert service.due(session) == []


def test_an_interest_note_goes_with_the_last_letter_by_policy(session, go_to):
    policies(session, '{"reminder_days": "7, 21", "reminder_interest": "with_last"}')
    interest.set_rate(session, "PL", dt.date(2026, 1, 1), Decimal("0.10"))
    go_to(7)
    assert service.issue(session).notes == ()

    go_to(21)
    run = service.issue(session)

    # 123.00 x 0.10 x 21 / 365 = 0.7077.
    assert [shown(note.gross) for note in run.notes] == ["0.71 PLN"]
    assert (len(run.issued), run.parked) == (1, ())


def test_a_letter_costs_the_fee_of_its_level_which_is_booked_and_owed(session, go_to):
    policies(session, '{"reminder_days": "7, 14", "reminder_fees": "EUR 1, 1; PLN 0, 10.00"}')
    statements.open_series(session, Kind.DEBIT_NOTE, "ND/{number}")
    go_to(7)
    [first] = service.issue(session).issued
    on = go_to(14)
    run = service.issue(session)

    assert (shown(first.gross), run.parked) == ("123.00 PLN", ())
    [second] = run.issued
    said = statements.content(session, second.id)
    assert (shown(said.charges), said.charges_document) == ("10.00 PLN", "ND/1")
    assert shown(second.gross) == "133.00 PLN"
    assert b"reminder/2,2,ND/1," in statements.download(session, second.id, CSV)[1]
    [note] = statements.documents(session, kind=Kind.DEBIT_NOTE)
    assert (shown(note.gross), shown(note.tax)) == ("10.00 PLN", "0.00 PLN")
    assert note.due_on == on + dt.timedelta(days=7) == second.due_on
    [income] = ledger.balances(session, Account.REMINDER_INCOME)
    assert shown(income.amount) == "-10.00 PLN"
    owed = [shown(each.open) for each in receipts.open_invoices(session, "C-1", "PLN")]
    assert owed == ["123.00 PLN", "10.00 PLN"]
    assert verify(session) == []


def test_reminding_of_fees_alone_costs_nothing_and_they_bear_no_interest(session, go_to):
    policies(session, '{"reminder_days": "7", "reminder_fees": "PLN 10.00"}')
    statements.open_series(session, Kind.DEBIT_NOTE, "ND/{number}")
    interest.set_rate(session, "PL", dt.date(2026, 1, 1), Decimal("0.10"))
    on = go_to(7)
    service.issue(session)
    receipts.receive(session, "C-1", "W/1", money("123.00 PLN"), on)
    on = go_to(40)

    [letter] = service.issue(session).issued

    assert shown(letter.gross) == "10.00 PLN"
    assert statements.content(session, letter.id).charges is None
    late = interest.late(session, "C-1", "PLN", on)
    assert [each.owed.number for each in late] == ["FV/2026/11/0001"]


def test_a_missing_rate_of_interest_is_told_and_the_letter_goes(session, go_to):
    policies(session, '{"reminder_days": "7", "reminder_interest": "with_last"}')
    go_to(7)

    run = service.issue(session)

    assert (len(run.issued), run.notes) == (1, ())
    [parked] = run.parked
    assert (parked.party, parked.currency) == ("C-1", "PLN")
    assert "rate" in parked.reason


def test_a_letter_goes_the_way_that_the_customer_chose(session, go_to):
    on = go_to(7)
    delivery.set_choice(session, Choice(Channel.PORTAL, on))
    [letter] = service.issue(session).issued

    delivery.line_up(session)

    assert [each.number for each in delivery.deliveries(session)] == [letter.number]
