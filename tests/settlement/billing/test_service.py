"""A bill run: one invoice per customer and currency, booked, once."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from currencies.fx_rate import FxRate
from currencies.money import money, shown
from currencies.service import load_rates
from i18n.locale import translate
from settlement.agreements.policies import CHOICES
from settlement.billing import service
from settlement.catalogue import service as catalogue
from settlement.catalogue.products import service as products
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from settlement.taxation.number_checks import service as number_checks
from settlement.taxation.number_checks.gateway import Vies
from statements import service as statements
from statements.document import Document, Kind, Tax
from statements.filing import CSV, PDF, XML
from tenants.clock import HeldClock
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, checked, october, policies
from tests.settlement.books import a_period


def content(session: TenantSession, number: str) -> Document:
    [found] = [each for each in statements.documents(session) if each.number == number]
    document = statements.content(session, found.id)
    assert isinstance(document, Document)
    return document


def balance(session: TenantSession, account: Account) -> list[str]:
    return [shown(line.amount) for line in ledger.balances(session, account)]


def test_calls_messages_content_and_fees_are_one_invoice(session: TenantSession):
    where = october(session)
    customer = a_customer(session)
    charged(session, where, customer, "10.00", destination="Poland - Non-TP", billed_units=600)
    charged(session, where, customer, "2.50", destination="Poland - Mobile", billed_units=90)
    charged(
        session, where, customer, "1.20", service="sms", product="", destination="", quantity=12
    )
    charged(session, where, customer, "9.99", service="content", product="QUIZ", quantity=1)
    charged(session, where, customer, "30.00", service="recurring", product="PLAN", quantity=1)
    periods.close(session, "2026-10")

    run = service.bill_period(session, "2026-10")

    assert [each.number for each in run.issued] == ["FV/2026/11/0001"]
    document = content(session, "FV/2026/11/0001")
    assert [(line.group, line.description, shown(line.net)) for line in document.lines] == [
        ("Calls", "Poland", "12.50 PLN"),
        ("Messages", "Messages", "1.20 PLN"),
        ("Content", "QUIZ", "9.99 PLN"),
        ("Monthly fees", "PLAN", "30.00 PLN"),
    ]
    # 53.69 at 23 % is 12.3487.
    totals = document.totals
    assert [shown(each) for each in (totals.net, totals.tax, totals.gross)] == [
        "53.69 PLN",
        "12.35 PLN",
        "66.04 PLN",
    ]
    assert {file.media_type for file in run.issued[0].files} == {PDF, XML, CSV}


def test_an_invoice_turns_what_was_unbilled_into_a_receivable(session: TenantSession):
    where = october(session)
    customer = a_customer(session)
    charged(session, where, customer, "100.00")
    periods.close(session, "2026-10")

    service.bill_period(session, "2026-10")

    assert balance(session, Account.UNBILLED_RECEIVABLE) == ["0.00 PLN"]
    assert balance(session, Account.RECEIVABLE) == ["123.00 PLN"]
    assert balance(session, Account.VAT_PAYABLE) == ["-23.00 PLN"]
    assert balance(session, Account.REVENUE) == ["-100.00 PLN"]
    bearing = {each.entry.period_id for each in ledger.journal(session)}
    assert bearing == {each.id for each in periods.periods(session)}


def test_running_twice_bills_once(session: TenantSession):
    where = october(session)
    charged(session, where, a_customer(session), "100.00")
    periods.close(session, "2026-10")
    first = service.bill_period(session, "2026-10")

    again = service.bill_period(session, "2026-10")

    assert (len(first.issued), again.issued) == (1, ())
    assert len(statements.documents(session)) == 1
    assert balance(session, Account.RECEIVABLE) == ["123.00 PLN"]


def test_an_open_period_is_not_billed(session: TenantSession):
    where = october(session)
    charged(session, where, a_customer(session), "100.00")

    with pytest.raises(periods.PeriodNotClosed):
        service.bill_period(session, "2026-10")


def test_customers_are_numbered_in_the_order_of_their_codes(session: TenantSession):
    where = october(session)
    for code in ("C-3", "C-1", "C-2"):
        charged(session, where, a_customer(session, code), "10.00")
    periods.close(session, "2026-10")

    run = service.bill_period(session, "2026-10")

    assert [each.number for each in run.issued] == [f"FV/2026/11/000{n}" for n in (1, 2, 3)]
    assert [content(session, each.number).buyer.reference for each in run.issued] == [
        "C-1",
        "C-2",
        "C-3",
    ]


def test_one_customer_without_a_vat_number_does_not_stop_the_others(session: TenantSession):
    where = october(session)
    abroad = a_customer(session, "C-1", country="DE", tax_id="")
    charged(session, where, abroad, "10.00")
    charged(session, where, a_customer(session, "C-2"), "10.00")
    periods.close(session, "2026-10")

    run = service.bill_period(session, "2026-10")

    assert len(run.issued) == 1
    assert [(each.party, each.currency) for each in run.parked] == [("C-1", "PLN")]
    assert "without a VAT number" in run.parked[0].reason

    session.execute(sa.text("UPDATE parties SET tax_id = 'DE136695976' WHERE code = 'C-1'"))
    session.expire_all()
    checked(session, abroad)
    assert len(service.bill_period(session, "2026-10").issued) == 1


def test_reverse_charge_waits_for_a_check_and_names_it(session: TenantSession):
    where = october(session)
    abroad = a_customer(session, country="DE", tax_id="DE136695976")
    charged(session, where, abroad, "100.00")
    periods.close(session, "2026-10")

    # Nobody asked, the service down, the number invalid: each time the reason, never 0 %.
    assert "not called valid" in waiting_for(session)
    number_checks.check(session, abroad, Vies(lambda url, body: b"503"))
    assert "could not be checked on 2026-11-02" in waiting_for(session)
    checked(session, abroad, is_valid=False)
    assert "called the VAT number DE136695976 of C-1 sp. z o.o. invalid" in waiting_for(session)
    assert ledger.balances(session, Account.RECEIVABLE) == []
    later(session)
    checked(session, abroad)

    [issued] = service.bill_period(session, "2026-10").issued

    document = content(session, issued.number)
    assert (document.lines[0].tax.category, shown(document.totals.gross)) == ("AE", "100.00 PLN")
    assert (document.seller.vat_id, document.buyer.vat_id) == ("PL5260250274", "DE136695976")
    assert document.notes == (
        "VAT number DE136695976 checked with VIES on 2 Nov 2026 at 12:01 UTC, WAPI-1.",
    )


def test_domestic_vat_is_charged_abroad_by_a_person_s_decision_only(session: TenantSession):
    where = october(session)
    abroad = checked(session, a_customer(session, country="DE", tax_id="DE136695976"), False)
    charged(session, where, abroad, "100.00")
    periods.close(session, "2026-10")
    assert "invalid" in waiting_for(session)
    session.principal = Principal("ola", Role.OPERATOR)
    number_checks.decide(session, abroad, "2026-10", "the number was withdrawn")

    [issued] = service.bill_period(session, "2026-10").issued

    document = content(session, issued.number)
    assert document.lines[0].tax == Tax("S", Decimal("0.23"))
    assert (shown(issued.tax), document.notes) == ("23.00 PLN", ())


def test_what_corrects_an_earlier_month_takes_the_rate_of_that_month(session: TenantSession):
    session.execute(sa.text("UPDATE tenants SET country = 'SK', tax_id = 'SK2120046819'"))
    session.expire_all()
    where = october(session)
    december = a_period(session, "2024-12")
    session.execute(
        sa.text("UPDATE periods SET status = 'closed', closed_at = now() WHERE id = :id"),
        {"id": december},
    )
    session.expire_all()
    private = a_customer(session, country="SK", tax_id="", legal_form="person")
    charged(session, where, private, "100.00")
    charged(session, where, private, "-10.00", corrects_period_id=december)
    periods.close(session, "2026-10")

    [issued] = service.bill_period(session, "2026-10").issued

    # Slovakia: 20 % until the end of 2024, 23 % since: 23.00 - 2.00.
    rates = {shown(line.net): line.tax.rate for line in content(session, issued.number).lines}
    assert rates == {"100.00 PLN": Decimal("0.23"), "-10.00 PLN": Decimal("0.20")}
    assert shown(issued.tax) == "21.00 PLN"


def test_a_price_with_tax_is_paid_as_it_was_told(session: TenantSession):
    where = october(session)
    products.add_product(session, "QUIZ", "Quiz", "content", has_tax_inside=True)
    customer = a_customer(session)
    charged(session, where, customer, "9.99", service="content", product="QUIZ")
    charged(session, where, customer, "10.00")
    periods.close(session, "2026-10")

    [issued] = service.bill_period(session, "2026-10").issued

    # 9.99 / 1.23 = 8.1219: 8.12 and 1.87 inside; 10.00 and 2.30 besides.
    document = content(session, issued.number)
    [quiz] = [line for line in document.lines if line.description == "Quiz"]
    assert (shown(quiz.net), shown(quiz.tax_inside)) == ("8.12 PLN", "1.87 PLN")
    assert [shown(each) for each in (issued.net, issued.tax, issued.gross)] == [
        "18.12 PLN",
        "4.17 PLN",
        "22.29 PLN",
    ]
    assert ("inclusive_tax", "net_rounded") in document.policies
    said_with_interest = {"day_count"}
    assert {name for name, _ in document.policies} >= {*CHOICES["contract"]} - said_with_interest
    assert balance(session, Account.UNBILLED_RECEIVABLE) == ["0.00 PLN"]
    assert balance(session, Account.REVENUE) == ["-18.12 PLN"]
    assert balance(session, Account.VAT_PAYABLE) == ["-4.17 PLN"]
    assert balance(session, Account.RECEIVABLE) == ["22.29 PLN"]
    assert balance(session, Account.ROUNDING_DIFFERENCE) == []


def test_a_credited_price_with_tax_leaves_nothing_in_the_book(session: TenantSession):
    where = october(session)
    products.add_product(session, "QUIZ", "Quiz", "content", has_tax_inside=True)
    charged(session, where, a_customer(session), "9.99", service="content", product="QUIZ")
    periods.close(session, "2026-10")
    [issued] = service.bill_period(session, "2026-10").issued

    service.credit_invoice(session, issued.id, {"1": money("8.12 PLN")}, "all of it")

    for account in (Account.REVENUE, Account.VAT_PAYABLE, Account.RECEIVABLE):
        assert balance(session, account) == ["0.00 PLN"]


def test_calls_of_a_tariff_with_tax_inside_cost_what_its_prices_say(session: TenantSession):
    where = october(session)
    terms = {"currency": "PLN", "tax_in_prices": "included", "voice": {"price": "0.10"}}
    since = dt.date(2026, 1, 1)
    version = catalogue.publish_tariff(session, "gold", "Gold", terms, since).id
    customer = a_customer(session)
    charged(session, where, customer, "9.99", product="", tariff_version_id=version)
    periods.close(session, "2026-10")

    [issued] = service.bill_period(session, "2026-10").issued

    assert [shown(each) for each in (issued.net, issued.tax, issued.gross)] == [
        "8.12 PLN",
        "1.87 PLN",
        "9.99 PLN",
    ]
    assert [each for each in verify(session) if each.check.startswith("P3")] == []


def waiting_for(session: TenantSession) -> str:
    run = service.bill_period(session, "2026-10")
    assert run.issued == ()
    [parked] = run.parked
    return parked.reason


def later(session: TenantSession) -> None:
    session.clock = HeldClock(session.now() + dt.timedelta(minutes=1))


def test_no_lines_no_invoice_and_zero_is_invoiced(session: TenantSession):
    where = october(session)
    a_customer(session, "C-1")
    nothing = a_customer(session, "C-2")
    charged(session, where, nothing, "5.00")
    charged(session, where, nothing, "-5.00", service="content", product="QUIZ")
    periods.close(session, "2026-10")

    run = service.bill_period(session, "2026-10")

    assert [shown(each.gross) for each in run.issued] == ["0.00 PLN"]


@pytest.mark.parametrize(
    ("net", "is_issued"),
    # Gross 4.99, exactly 5.00 and 5.01 with the smallest invoice at 5.00.
    [("4.06", False), ("4.07", True), ("4.08", True)],
)
def test_a_small_balance_is_carried_and_the_minimum_itself_is_issued(
    session: TenantSession, net: str, is_issued: bool
):
    where = october(session)
    policies(session, '{"minimum_invoice": "1.00 EUR; 5.00 PLN"}')
    charged(session, where, a_customer(session), net)
    periods.close(session, "2026-10")

    run = service.bill_period(session, "2026-10")

    assert bool(run.issued) is is_issued
    assert [each.party for each in run.carried] == ([] if is_issued else ["C-1"])


def test_a_carried_balance_is_on_the_next_invoice(session: TenantSession):
    where = october(session)
    policies(session, '{"minimum_invoice": "5.00 PLN"}')
    customer = a_customer(session)
    charged(session, where, customer, "3.00")
    periods.close(session, "2026-10")
    assert service.bill_period(session, "2026-10").issued == ()

    session.clock.move_to(dt.datetime(2026, 12, 2, tzinfo=dt.UTC))  # type: ignore[attr-defined]
    try:
        november = periods.period(session, "2026-11").id
        charged(session, (november, where[1]), customer, "4.00")
        periods.close(session, "2026-11")
        run = service.bill_period(session, "2026-11")
    finally:
        session.clock.move_to(dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC))  # type: ignore[attr-defined]

    assert [shown(each.net) for each in run.issued] == ["7.00 PLN"]


def test_what_comes_to_less_than_zero_is_a_credit_note(session: TenantSession):
    where = october(session)
    charged(session, where, a_customer(session), "-100.00", quantity=-1, billed_units=-60)
    periods.close(session, "2026-10")

    run = service.bill_period(session, "2026-10")

    assert [(each.kind, each.number, shown(each.gross)) for each in run.issued] == [
        (Kind.CREDIT_NOTE, "FK/2026/11/0001", "123.00 PLN")
    ]
    assert balance(session, Account.RECEIVABLE) == ["-123.00 PLN"]
    assert balance(session, Account.UNBILLED_RECEIVABLE) == ["0.00 PLN"]


def test_two_currencies_are_two_invoices_and_tax_is_also_stated_in_pln(session: TenantSession):
    where = october(session)
    customer = a_customer(session)
    # The tax point is Saturday 31 October; the business day before is the 30th.
    friday = dt.date(2026, 10, 30)
    load_rates(session, [FxRate("NBP-A", "EUR", "PLN", 1, Decimal("4.25"), friday, friday)])
    charged(session, where, customer, "10.00")
    charged(session, where, customer, "100.00", currency="EUR")
    periods.close(session, "2026-10")

    run = service.bill_period(session, "2026-10")

    assert [shown(each.gross) for each in run.issued] == ["123.00 EUR", "12.30 PLN"]
    totals = content(session, run.issued[0].number).totals
    assert totals.tax_local is not None
    assert shown(totals.tax_local) == "97.75 PLN"


def test_without_the_rate_the_customer_waits_with_the_reason(session: TenantSession):
    where = october(session)
    charged(session, where, a_customer(session), "100.00", currency="EUR")
    periods.close(session, "2026-10")

    run = service.bill_period(session, "2026-10")

    assert run.issued == ()
    assert "No NBP-A rate from EUR to PLN for 2026-10-30" in run.parked[0].reason


@pytest.mark.parametrize("language", ["pl", "ru"])
def test_the_invoice_is_in_the_customer_s_language(session: TenantSession, language: str):
    where = october(session)
    charged(session, where, a_customer(session, language=language), "10.00")
    periods.close(session, "2026-10")

    [issued] = service.bill_period(session, "2026-10").issued

    assert issued.language == language
    group = content(session, issued.number).lines[0].group
    assert group == translate("Calls", language) != "Calls"


def test_progress_is_told(session: TenantSession):
    where = october(session)
    for code in ("C-1", "C-2"):
        charged(session, where, a_customer(session, code), "10.00")
    periods.close(session, "2026-10")
    told: list[tuple[int, int]] = []

    service.bill_period(session, "2026-10", lambda done, total: told.append((done, total)))

    assert told == [(2, 2)]
