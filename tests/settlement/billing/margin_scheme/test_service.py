"""Used goods: no tax on the invoice, the tax on the margin in the book, taken back by credits."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from currencies.money import money, shown
from settlement.app.scenario.playing import play_steps
from settlement.billing import service as billing
from settlement.billing.changing import service as changing
from settlement.billing.changing.right_lines import RightLine
from settlement.billing.manual_lines import ManualLine
from settlement.billing.margin_scheme import service
from settlement.billing.margin_scheme.margin_sale import (
    CostWithoutMargin,
    MarginBesideExempt,
    MarginCostMissing,
)
from settlement.billing.out_of_turn import service as out_of_turn
from settlement.billing.reviewing import service as reviewing
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from statements import service as statements
from statements.document import Kind
from statements.filing import XML
from tenants.principal import Principal, Role
from tests.settlement.billing.builders import a_customer, charged, october, policies
from tests.settlement.rating.staging import staged

JAN = Principal("jan", Role.FINANCE_APPROVER, UUID(int=2))
NOVEMBER = (dt.date(2026, 11, 1), dt.date(2026, 12, 1))


def used(price: str, cost: str | None = "600.00", category: str = "margin") -> ManualLine:
    """A used telephone, sold for a price."""
    bought = None if cost is None else Decimal(cost)
    return ManualLine("Used phone", Decimal(1), Decimal(price), category, purchase_cost=bought)


@pytest.fixture
def sell(session):
    """A way to sell lines to C-1, now."""
    october(session)
    for kind in (Kind.PROFORMA, Kind.CORRECTED_INVOICE, Kind.ADJUSTING_CREDIT):
        statements.open_series(session, kind, f"{kind.type_code}/{{number}}")
    a_customer(session)
    periods.open_period(session, "2026-11")

    def sold(*lines, kind=Kind.INVOICE):
        return out_of_turn.issue_single(session, "C-1", "PLN", kind, lines)

    return sold


def owed(session):
    """The balances of VAT payable and revenue."""
    found = {
        account: sum((each.amount for each in ledger.balances(session, account)), money("0.00 PLN"))
        for account in (Account.VAT_PAYABLE, Account.REVENUE)
    }
    return tuple(shown(each) for each in found.values())


def test_the_invoice_shows_no_tax_and_the_book_owes_that_of_the_margin(session, sell):
    invoice = sell(used("1000.00"))

    # Margin 400.00, without tax 325.20: 74.80 of the 1,000.00 are tax.
    assert (shown(invoice.tax), shown(invoice.gross)) == ("0.00 PLN", "1000.00 PLN")
    assert owed(session) == ("-74.80 PLN", "-925.20 PLN")
    [line] = statements.content(session, invoice.id).lines
    assert (line.tax.category, line.tax.reason_code) == ("E", "VATEX-EU-F")
    assert line.tax.reason == "Margin scheme: second-hand goods."
    _, xml = statements.download(session, invoice.id, XML)
    assert b"VATEX-EU-F" in xml
    assert b"600.00" not in xml
    [tax] = service.taxes(session, *NOVEMBER)
    assert (tax.number, shown(tax.amount)) == (invoice.number, "74.80 PLN")
    assert verify(session) == []


def test_a_loss_does_not_lessen_the_tax_of_another_sale(session, sell):
    sell(used("1000.00"), used("500.00"))

    assert owed(session) == ("-74.80 PLN", "-1425.20 PLN")


def test_credits_take_the_tax_back_to_the_last_cent(session, sell):
    invoice = sell(used("1000.00"))

    billing.credit_invoice(session, invoice.id, {"M1": money("100.00 PLN")}, "first")
    # Margin 300.00, without tax 243.90: 56.10.
    assert owed(session) == ("-56.10 PLN", "-843.90 PLN")
    billing.credit_invoice(session, invoice.id, {"M1": money("900.00 PLN")}, "second")

    assert owed(session) == ("0.00 PLN", "0.00 PLN")
    assert {shown(each.amount) for each in service.taxes(session, *NOVEMBER)} == {
        "74.80 PLN",
        "-18.70 PLN",
        "-56.10 PLN",
    }
    assert verify(session) == []


def test_a_corrected_price_and_one_agreed_later_change_the_tax(session, sell):
    invoice = sell(used("1000.00"))
    changing.adjust_invoice(session, invoice.id, {"M1": money("-100.00 PLN")}, "a scratch")
    assert owed(session)[0] == "-56.10 PLN"

    changing.correct_invoice(
        session, invoice.id, [RightLine("M1", net=Decimal("700.00"))], "the price was wrong"
    )

    # Margin 100.00, without tax 81.30: 18.70.
    assert owed(session) == ("-18.70 PLN", "-681.30 PLN")
    assert verify(session) == []


def test_a_proforma_owes_nothing_and_its_invoice_does(session, sell):
    proforma = sell(used("1000.00"), kind=Kind.PROFORMA)
    assert owed(session) == ("0.00 PLN", "0.00 PLN")

    out_of_turn.invoice_proforma(session, proforma.id)

    assert owed(session) == ("-74.80 PLN", "-925.20 PLN")


@pytest.mark.parametrize(
    ("refusal", "lines"),
    [
        (MarginCostMissing, [used("1000.00", None)]),
        (MarginCostMissing, [used("1000.00", "-1.00")]),
        (CostWithoutMargin, [used("1000.00", category="standard")]),
        (MarginBesideExempt, [used("1000.00"), used("1.00", None, "exempt")]),
    ],
)
def test_what_the_scheme_does_not_allow_is_refused(session, sell, refusal, lines):
    with pytest.raises(refusal):
        sell(*lines)
    assert statements.documents(session) == []


def test_a_charge_whose_cost_is_unknown_parks_its_customer(session):
    where = october(session)
    charged(session, where, a_customer(session), "100.00", tax_category="margin", product="PHONE")
    periods.close(session, "2026-10")

    run = billing.bill_period(session, "2026-10")

    assert run.issued == ()
    [parked] = run.parked
    assert "PHONE is under the margin scheme" in parked.reason


PHONES = "used_phones_are_taxed_on_what_each_of_them_earned"


def test_goods_charged_individually_owe_the_tax_when_their_approved_draft_is_issued(
    shared_database,
):
    with staged(shared_database, PHONES) as play:
        session, steps = play.session, play.story.steps
        play.story = replace(play.story, steps=[each for each in steps if each.refused is None][:5])
        play_steps(play)
        policies(session, '{"issue": "after_approval"}')

        assert billing.bill_period(session, "2026-10").issued == ()
        # Drafted again, and the goods are still sold once.
        assert billing.bill_period(session, "2026-10").issued == ()
        assert owed(session)[0] == "0.00 PLN"
        [draft] = reviewing.waiting(session)
        session.principal = JAN
        reviewing.approve(session, [draft.draft.id])
        [issued] = reviewing.issue(session, [draft.draft.id]).issued

        # 23.00 of the film, and 74.80 of the phone that earned 400.00.
        assert shown(issued.tax) == "23.00 PLN"
        assert owed(session)[0] == "-97.80 PLN"
        assert [shown(each.amount) for each in service.taxes(session, *NOVEMBER)] == ["74.80 PLN"]


def test_unbilled_goods_owe_the_tax_on_an_invoice_out_of_turn_too(shared_database):
    with staged(shared_database, PHONES) as play:
        session, steps = play.session, play.story.steps
        play.story = replace(play.story, steps=[each for each in steps if each.refused is None][:5])
        play_steps(play)

        exempt = ManualLine("Insurance", Decimal(1), Decimal("5.00"), "exempt")
        with pytest.raises(MarginBesideExempt):
            out_of_turn.issue_single(
                session, "anna", "PLN", Kind.INVOICE, [exempt], with_unbilled=True
            )
        out_of_turn.issue_single(
            session, "anna", "PLN", Kind.INVOICE, [used("723.00", "600.00")], with_unbilled=True
        )

        # A third phone by hand earned 123.00, of which 23.00 are tax.
        assert owed(session)[0] == "-120.80 PLN"
        assert verify(session) == []
