"""Interest notes: every day charged once, no VAT, booked as interest (R109)."""

import datetime as dt
from decimal import Decimal

import pytest

from currencies.money import money, shown
from settlement.billing import service as billing
from settlement.disputes import service as disputes
from settlement.disputes.dispute import Reason, Side
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from settlement.receipts.interest import service
from statements import service as statements
from statements.document import Kind
from statements.filing import CSV, PDF
from tests.settlement.billing.builders import a_customer, charged, october


@pytest.fixture
def today(session):
    """An invoice over 1,230.00: 31 days of today's rate of 11.25 %, then 29 days at 10.75 %."""
    where = october(session)
    statements.open_series(session, Kind.INTEREST_NOTE, "NO/{number}")
    charged(session, where, a_customer(session), "1000.00")
    periods.close(session, "2026-10")
    invoice = billing.bill_period(session, "2026-10").issued[0]
    due = invoice.due_on
    service.set_rate(session, "PL", due - dt.timedelta(days=100), Decimal("0.1125"))
    service.set_rate(session, "PL", due + dt.timedelta(days=32), Decimal("0.1075"))
    began = session.now()
    session.clock.move_to(began + (due + dt.timedelta(days=60) - periods.today(session)))
    for code in ("2026-11", "2026-12", "2027-01"):
        periods.open_period(session, code)
    yield periods.today(session)
    session.clock.move_to(began)


def note(session, until):
    return service.issue_note(session, "C-1", "PLN", until)


def test_a_note_charges_what_is_late_and_books_it_as_interest(session, today):
    found = note(session, today)

    # 1230 x (0.1125 x 31 + 0.1075 x 29) / 365 = 22.2579.
    assert (found.kind, found.number, shown(found.gross)) == (
        Kind.INTEREST_NOTE,
        "NO/1",
        "22.26 PLN",
    )
    content = statements.content(session, found.id)
    assert [(each.tax.category, shown(each.net)) for each in content.lines] == [("O", "22.26 PLN")]
    assert [detail.quantity for detail in content.lines[0].details] == [31, 29]
    assert {file.media_type for file in found.files} == {PDF, CSV}
    [income] = ledger.balances(session, Account.INTEREST_INCOME)
    assert shown(income.amount) == "-22.26 PLN"
    assert [each.number for each in receipts.open_invoices(session, "C-1", "PLN")] == [
        "FV/2026/11/0001",
        "NO/1",
    ]
    assert verify(session) == []


def test_a_day_is_charged_once(session, today):
    # 1230 x 0.1125 x 31 / 365 = 11.7524.
    assert shown(note(session, today - dt.timedelta(days=29)).gross) == "11.75 PLN"

    rest = note(session, today)

    assert shown(rest.gross) == "10.51 PLN"
    with pytest.raises(service.NoInterestDue):
        note(session, today)


def test_what_is_disputed_is_charged_when_the_dispute_ends_for_us(session, today):
    [invoice] = statements.documents(session, kind=Kind.INVOICE)
    raised = disputes.raise_dispute(
        session,
        document_id=invoice.id,
        disputed=money("1230.00 PLN"),
        reason=Reason.RATE,
        raised_by=Side.THEM,
    )
    with pytest.raises(service.NoInterestDue):
        note(session, today)

    disputes.settle(session, raised.id, is_accepted=False)

    assert shown(note(session, today).gross) == "22.26 PLN"


def test_a_payment_of_today_bears_interest_up_to_today(session, today):
    receipts.receive(session, "C-1", "W/1", money("1230.00 PLN"), today)

    [late] = service.late(session, "C-1", "PLN", today)

    assert shown(late.to_charge) == "22.26 PLN"


def test_rates_and_days_that_cannot_be_are_refused(session, today):
    service.set_rate(session, "PL", today, Decimal("0.10"))
    service.set_rate(session, "PL", today, Decimal("0.10"))
    with pytest.raises(service.RateKnown):
        service.set_rate(session, "PL", today, Decimal("0.11"))
    with pytest.raises(service.NotARateOfInterest):
        service.set_rate(session, "PL", today, Decimal("11.25"))
    with pytest.raises(service.InterestInAdvance):
        service.late(session, "C-1", "PLN", today + dt.timedelta(days=1))
