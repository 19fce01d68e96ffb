"""A customer chooses one invoice or several, from a day on (G2)."""

import datetime as dt

import pytest

from currencies.money import shown
from settlement.agreements.contract import NewContract
from settlement.agreements.contracts.service import load_contracts
from settlement.billing import service as billing
from settlement.billing.billing_cycle import BillingCycle
from settlement.billing.invoice_choice import InvoiceChoice, Way
from settlement.billing.splitting import service
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from statements import service as statements
from statements.document import Document, Period
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october, policies
from tests.settlement.books import a_party, a_rating_run

SEPTEMBER, OCTOBER, NOVEMBER = (dt.date(2026, number, 1) for number in (9, 10, 11))
PER_SERVICE = InvoiceChoice(Way.PER_SERVICE)


def a_month_of_three_services(session: TenantSession, code: str = "C-1"):
    where = october(session)
    customer = a_customer(session, code)
    charged(session, where, customer, "10.00")
    charged(session, where, customer, "3.00", service="sms", product="", destination="")
    charged(session, where, customer, "30.00", service="recurring", product="PLAN")
    return customer


def test_services_are_on_invoices_of_their_own_with_numbers_and_books(session: TenantSession):
    customer = a_month_of_three_services(session)
    service.choose(session, customer, PER_SERVICE, OCTOBER)
    periods.close(session, "2026-10")

    run = billing.bill_period(session, "2026-10")
    again = billing.bill_period(session, "2026-10")

    assert [(each.number, shown(each.net), each.filing.purpose) for each in run.issued] == [
        ("FV/2026/11/0001", "30.00 PLN", "invoice:2026-10:C-1:PLN:recurring"),
        ("FV/2026/11/0002", "3.00 PLN", "invoice:2026-10:C-1:PLN:sms"),
        ("FV/2026/11/0003", "10.00 PLN", "invoice:2026-10:C-1:PLN:voice"),
    ]
    assert again.issued == ()
    # 43.00 and 9.89 of VAT, whether on one document or on three.
    assert [shown(each.amount) for each in ledger.balances(session, Account.RECEIVABLE)] == [
        "52.89 PLN"
    ]
    assert [
        shown(each.amount) for each in ledger.balances(session, Account.UNBILLED_RECEIVABLE)
    ] == ["0.00 PLN"]


@pytest.mark.parametrize(("chosen_from", "invoices"), [(dt.date(2026, 10, 31), 3), (NOVEMBER, 1)])
def test_the_choice_of_the_last_day_decides_the_month(
    session: TenantSession, chosen_from: dt.date, invoices: int
):
    customer = a_month_of_three_services(session)
    service.choose(session, customer, PER_SERVICE, chosen_from)
    periods.close(session, "2026-10")

    assert len(billing.bill_period(session, "2026-10").issued) == invoices


@pytest.mark.parametrize(
    ("per", "issued", "carried"),
    # Gross amounts are 12.30, 3.69 and 36.90; all together 52.89.
    [
        ("document", ["36.90 PLN"], ["3.69 PLN", "12.30 PLN"]),
        ("customer", ["36.90 PLN", "3.69 PLN", "12.30 PLN"], []),
    ],
)
def test_the_smallest_invoice_is_of_a_document_or_of_a_customer(
    session: TenantSession, per: str, issued: list[str], carried: list[str]
):
    policies(session, f'{{"minimum_invoice": "20.00 PLN", "minimum_invoice_per": "{per}"}}')
    service.choose(session, a_month_of_three_services(session), PER_SERVICE, OCTOBER)
    periods.close(session, "2026-10")

    run = billing.bill_period(session, "2026-10")

    assert [shown(each.gross) for each in run.issued] == issued
    assert [shown(each.amount) for each in run.carried] == carried


def test_all_of_a_customer_is_carried_where_all_together_is_below(session: TenantSession):
    policies(session, '{"minimum_invoice": "52.90 PLN", "minimum_invoice_per": "customer"}')
    service.choose(session, a_month_of_three_services(session), PER_SERVICE, OCTOBER)
    periods.close(session, "2026-10")

    run = billing.bill_period(session, "2026-10")

    assert run.issued == ()
    assert len(run.carried) == 3
    assert statements.documents(session) == []


def test_a_choice_ends_the_one_before_and_is_not_put_before_a_later_one(session: TenantSession):
    customer = a_customer(session)
    service.choose(session, customer, PER_SERVICE, OCTOBER)
    service.choose(session, customer, PER_SERVICE, NOVEMBER)
    service.choose(session, customer, InvoiceChoice(), NOVEMBER)

    assert [
        (each.choice.way.value, each.valid_from, each.valid_until)
        for each in service.choices(session, customer)
    ] == [("per_service", OCTOBER, NOVEMBER), ("one", NOVEMBER, None)]
    with pytest.raises(service.ChosenLater):
        service.choose(session, customer, InvoiceChoice(Way.PER_CONTRACT), OCTOBER)


def test_a_customer_billed_by_quarters_gets_one_invoice_when_its_quarter_ends(
    session: TenantSession,
):
    september = periods.open_period(session, "2026-09").id
    customer = a_customer(session)
    where = september, a_rating_run(session, september)
    charged(session, where, customer, "10.00", starts_on=SEPTEMBER, ends_on=OCTOBER)
    charged(session, october(session), customer, "20.00", starts_on=OCTOBER, ends_on=NOVEMBER)
    # August to October.
    service.choose(session, customer, InvoiceChoice(cycle=BillingCycle(3, 10)), SEPTEMBER)
    periods.close(session, "2026-09")
    periods.close(session, "2026-10")

    first = billing.bill_period(session, "2026-09")
    second = billing.bill_period(session, "2026-10")

    assert first.issued == ()
    assert [shown(each.amount) for each in first.carried] == ["12.30 PLN"]
    # 10.00 + 20.00, and 6.90 of VAT; August had nothing.
    [invoice] = second.issued
    assert (shown(invoice.net), shown(invoice.gross)) == ("30.00 PLN", "36.90 PLN")
    draft = statements.content(session, invoice.id)
    assert isinstance(draft, Document)
    assert draft.period == Period(SEPTEMBER, NOVEMBER)
    assert draft.tax_point_on == dt.date(2026, 10, 31)


def test_a_customer_whose_contracts_have_ended_is_billed_before_its_year_ends(
    session: TenantSession,
):
    customer = a_month_of_three_services(session)
    load_contracts(session, [NewContract("K-1", "C-1", "PLN", SEPTEMBER, valid_until=NOVEMBER)])
    service.choose(session, customer, InvoiceChoice(cycle=BillingCycle(12, 8)), OCTOBER)
    periods.close(session, "2026-10")

    assert len(billing.bill_period(session, "2026-10").issued) == 1


def test_a_partner_does_not_choose(session: TenantSession):
    with pytest.raises(service.NotInvoiced):
        service.choose(session, a_party(session, "P-1", "partner"), PER_SERVICE, OCTOBER)
