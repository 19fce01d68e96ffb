"""Invoices are corrected and adjusted by documents that are booked as what they change (R86)."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from currencies.money import money, shown
from settlement.billing import service as billing
from settlement.billing.changing import service
from settlement.billing.changing.right_lines import NoSuchLineToCorrect, RightLine
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from statements import service as statements
from statements.correcting import ReplacedAlready
from statements.document import Kind
from statements.filing import CSV, PDF, XML
from tests.settlement.billing.builders import a_customer, charged, october

KINDS = (Kind.CORRECTED_INVOICE, Kind.ADJUSTING_INVOICE, Kind.ADJUSTING_CREDIT)


@pytest.fixture
def invoice(session):
    """An invoice over 123.00: 100.00 of calls, 23.00 of tax."""
    where = october(session)
    for kind in KINDS:
        statements.open_series(session, kind, f"{kind.type_code}/{{number}}")
    charged(session, where, a_customer(session), "100.00")
    periods.close(session, "2026-10")
    return billing.bill_period(session, "2026-10").issued[0]


def balances(session):
    found = ledger.balances(session, Account.RECEIVABLE, Account.REVENUE, Account.VAT_PAYABLE)
    return {each.account.value: shown(each.amount) for each in found}


def open_amounts(session):
    return [shown(each.open) for each in receipts.open_invoices(session, "C-1", "PLN")]


def change(session, invoice, text):
    return service.adjust_invoice(session, invoice.id, {"1": money(text)}, "agreed")


def test_a_corrected_invoice_is_booked_as_the_difference(session, invoice):
    note = service.correct_invoice(
        session, invoice.id, [RightLine("1", net=Decimal("80.00"))], "wrong tariff"
    )

    assert (note.kind, note.number, shown(note.gross)) == (
        Kind.CORRECTED_INVOICE,
        "384/1",
        "98.40 PLN",
    )
    assert {file.media_type for file in note.files} == {PDF, XML, CSV}
    assert balances(session) == {
        "receivable": "98.40 PLN",
        "revenue": "-80.00 PLN",
        "vat_payable": "-18.40 PLN",
    }
    assert open_amounts(session) == ["98.40 PLN"]
    assert verify(session) == []


def test_an_invoice_is_corrected_once_and_then_its_correction_is(session, invoice):
    wrong = [RightLine("1", net=Decimal("80.00"))]
    first = service.correct_invoice(session, invoice.id, wrong, "wrong tariff")
    assert service.correct_invoice(session, invoice.id, wrong, "wrong tariff") == first

    with pytest.raises(ReplacedAlready, match="384/1"):
        billing.credit_invoice(session, invoice.id, {"1": money("1.00 PLN")}, "late")
    right = [RightLine("1", quantity=Decimal(2), unit_price=Decimal("45.00"))]
    service.correct_invoice(session, first.id, right, "wrong again")
    newest = statements.documents(session, kind=Kind.CORRECTED_INVOICE)[0]
    billing.credit_invoice(session, newest.id, {"1": money("40.00 PLN")}, "part")

    # 90.00 less 40.00 and 23 % of it.
    assert open_amounts(session) == ["61.50 PLN"]
    assert balances(session)["receivable"] == "61.50 PLN"
    assert verify(session) == []


def test_an_agreed_change_is_charged_and_given_back(session, invoice):
    more = change(session, invoice, "10.00 PLN")
    assert (more.kind, shown(more.gross)) == (Kind.ADJUSTING_INVOICE, "12.30 PLN")
    assert more.due_on == invoice.due_on

    less = change(session, invoice, "-50.00 PLN")

    assert (less.kind, less.due_on) == (Kind.ADJUSTING_CREDIT, None)
    assert open_amounts(session) == ["73.80 PLN"]
    assert balances(session)["revenue"] == "-60.00 PLN"
    assert verify(session) == []


def test_a_customer_who_was_named_wrongly_is_named_anew_and_nothing_is_booked(session, invoice):
    session.execute(sa.text("UPDATE parties SET name = 'New name sp. z o.o.'"))
    session.expire_all()

    note = service.correct_invoice(session, invoice.id, [], "new name", with_party=True)

    assert statements.content(session, note.id).buyer.name == "New name sp. z o.o."
    assert balances(session)["receivable"] == "123.00 PLN"
    assert verify(session) == []


def test_a_line_that_is_not_there_cannot_have_been_wrong(session, invoice):
    with pytest.raises(NoSuchLineToCorrect, match="no line 9"):
        service.correct_invoice(session, invoice.id, [RightLine("9", is_out=True)], "why")
