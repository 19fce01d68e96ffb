"""Documents out of turn: billed now, booked once, a proforma only when it becomes an invoice."""

from decimal import Decimal

import pytest

from currencies.money import money, shown
from settlement.billing import service as billing
from settlement.billing.manual_lines import ManualLine, ManualLineUnusable
from settlement.billing.out_of_turn import service
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from statements import service as statements
from statements.document import Kind
from statements.totals import NoLines
from tests.settlement.billing.builders import a_customer, charged, october

ROUTER = ManualLine("Router", Decimal(3), Decimal("33.333"))


@pytest.fixture
def customer(session):
    """A customer with 10.00 of charges that are not billed yet, in a closed month."""
    where = october(session)
    for kind in (Kind.DEBIT_NOTE, Kind.PROFORMA):
        statements.open_series(session, kind, f"{kind.type_code}/{{number}}")
    found = a_customer(session)
    charged(session, where, found, "10.00")
    periods.close(session, "2026-10")
    return found


def single(session, kind=Kind.INVOICE, lines=(ROUTER,), **more):
    return service.issue_single(session, "C-1", "PLN", kind, lines, **more)


def balance(session, account):
    return [shown(each.amount) for each in ledger.balances(session, account)]


@pytest.mark.usefixtures("customer")
def test_a_one_off_service_is_invoiced_and_booked_now(session):
    filed = single(session, note="Ordered by telephone")

    # 3 x 33.333 = 99.999.
    assert (filed.number, shown(filed.net), shown(filed.gross)) == (
        "FV/2026/11/0001",
        "100.00 PLN",
        "123.00 PLN",
    )
    content = statements.content(session, filed.id)
    assert (content.tax_point_on, content.period) == (filed.issued_on, None)
    assert content.notes == ("Ordered by telephone",)
    assert balance(session, Account.RECEIVABLE) == ["123.00 PLN"]
    assert balance(session, Account.REVENUE) == ["-110.00 PLN"]
    assert verify(session) == []


@pytest.mark.usefixtures("customer")
def test_what_is_billed_out_of_turn_is_not_billed_by_the_run(session):
    filed = single(session, with_unbilled=True)

    assert shown(filed.net) == "110.00 PLN"
    assert billing.bill_period(session, "2026-10").issued == ()
    assert balance(session, Account.UNBILLED_RECEIVABLE) == ["0.00 PLN"]
    assert verify(session) == []


@pytest.mark.usefixtures("customer")
def test_a_debit_note_is_owed_and_credited_like_an_invoice(session):
    note = single(session, Kind.DEBIT_NOTE)

    billing.credit_invoice(session, note.id, {"M1": money("40.00 PLN")}, "less")

    assert (note.number, note.kind.type_code) == ("383/1", "383")
    [left] = receipts.open_invoices(session, "C-1", "PLN")
    assert (left.number, shown(left.open)) == ("383/1", "73.80 PLN")
    assert verify(session) == []


@pytest.mark.usefixtures("customer")
def test_a_proforma_is_nothing_in_the_book_until_it_is_invoiced(session):
    proforma = single(session, Kind.PROFORMA)
    assert (proforma.number, balance(session, Account.RECEIVABLE)) == ("325/1", [])
    assert receipts.open_invoices(session, "C-1", "PLN") == []

    invoice = service.invoice_proforma(session, proforma.id)

    assert (invoice.kind, invoice.number) == (Kind.INVOICE, "FV/2026/11/0001")
    assert "325/1" in statements.content(session, invoice.id).notes[0]
    assert service.invoice_proforma(session, proforma.id) == invoice
    assert balance(session, Account.RECEIVABLE) == ["123.00 PLN"]
    with pytest.raises(service.NotAProforma):
        service.invoice_proforma(session, invoice.id)
    assert verify(session) == []


@pytest.mark.parametrize(
    ("reference", "amount", "is_invoiced"),
    [("W/1 for 325/1", "123.00", True), ("W/1 for 325/1", "122.99", False), ("W/1", "123", False)],
)
@pytest.mark.usefixtures("customer")
def test_a_payment_that_names_and_covers_a_proforma_makes_it_an_invoice(
    session, reference, amount, is_invoiced
):
    proforma = single(session, Kind.PROFORMA)

    paid = receipts.receive(session, "C-1", reference, money(amount, "PLN"), periods.today(session))

    assert [part.number for part in paid.paid] == ["FV/2026/11/0001"] * is_invoiced
    assert len(service.open_proformas(session, proforma.filing.party_id, "PLN")) == 1 - is_invoiced


@pytest.mark.usefixtures("customer")
def test_what_cannot_be_billed_is_refused(session):
    for error, kind, lines, more in (
        (NoLines, Kind.INVOICE, (), {}),
        (service.NotSingle, Kind.CREDIT_NOTE, (ROUTER,), {}),
        (service.ProformaBearsNothing, Kind.PROFORMA, (ROUTER,), {"with_unbilled": True}),
        (service.SingleBelowZero, Kind.INVOICE, (ManualLine("x", Decimal(1), Decimal(-1)),), {}),
        (ManualLineUnusable, Kind.INVOICE, (ManualLine(" ", Decimal(1), Decimal(1)),), {}),
        (ManualLineUnusable, Kind.INVOICE, (ManualLine("x", Decimal(0), Decimal(1)),), {}),
    ):
        with pytest.raises(error):
            single(session, kind, lines, **more)
    assert statements.documents(session) == []
