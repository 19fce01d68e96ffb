"""Foreign debts gain or lose when they are paid, and are valued at the end of a period (R74)."""

import datetime as dt
import json
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from currencies.fx_rate import FxRate, NoFxRate
from currencies.money import money, shown
from currencies.rounding_ledger import service as rounding_ledger
from currencies.rounding_ledger.posted_fraction import FX_SETTLEMENT
from currencies.service import load_rates
from settlement.billing import service as billing
from settlement.billing.changing import service as changing
from settlement.billing.changing.right_lines import RightLine
from settlement.billing.manual_lines import ManualLine
from settlement.billing.out_of_turn import service as out_of_turn
from settlement.exchange_differences import service
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.netting import service as netting
from settlement.parties import service as parties
from settlement.payouts import service as payouts
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from statements import service as statements
from statements.document import Kind
from tenants.session import TenantSession
from tests.settlement.billing.builders import OWN_IBAN, a_customer, charged, october, policies
from tests.settlement.books import a_party, insert
from tests.settlement.netting.test_service import owing
from tests.settlement.payouts import builders

# The tests live on Monday 2 November 2026; Friday 30 October is the business day before.
FRIDAY, MONDAY = dt.date(2026, 10, 30), dt.date(2026, 11, 2)
TENTH, NINTH = dt.date(2026, 11, 10), dt.date(2026, 11, 9)
NBP = "NBP-A previous_business_day PL PLN"
DATES = {
    "fx_tax_point": "NBP-A PL_previous_business_day PL PLN",
    "fx_settlement": "NBP-A on_date PL PLN",
    "fx_payout": NBP,
    "fx_closing": "NBP-A period_end PL PLN",
}


def euro(session: TenantSession, rate: str, on: dt.date) -> None:
    load_rates(session, [FxRate("NBP-A", "EUR", "PLN", 1, Decimal(rate), on, on)])


def balance(session: TenantSession, account: Account, currency: str = "PLN") -> str:
    found = [
        each.amount
        for each in ledger.balances(session, account)
        if each.amount.currency.code == currency
    ]
    return shown(sum(found, money(0, currency)))


@pytest.fixture
def invoice(session: TenantSession) -> UUID:
    """An invoice over 123.00 EUR of 2 November, booked at Friday's 4.2500."""
    policies(session, json.dumps(DATES))
    euro(session, "4.2500", FRIDAY)
    where = october(session)
    parties.set_bank_account(session, None, "Alpha Telekom", OWN_IBAN, None, "EUR")
    customer = a_customer(session)
    charged(session, where, customer, "100.00", currency="EUR")
    periods.close(session, "2026-10")
    billing.bill_period(session, "2026-10")
    return customer


def receive(session: TenantSession, amount: str, reference: str = "W/1"):
    return receipts.receive(session, "C-1", reference, money(amount), MONDAY)


@pytest.mark.usefixtures("invoice")
def test_a_receivable_paid_at_a_higher_rate_gains(session: TenantSession) -> None:
    euro(session, "4.2800", MONDAY)

    receive(session, "123.00 EUR")

    # 123 x 4.25 = 522.75 were booked, 123 x 4.28 = 526.44 came.
    row = service.settlements(session)[0]
    assert (row.released, row.settled_for, row.gain) == (
        Decimal("522.75"),
        Decimal("526.44"),
        Decimal("3.69"),
    )
    assert row.booked_rate == "NBP-A EUR/PLN 2026-10-30"
    assert row.settled_rate == "NBP-A EUR/PLN 2026-11-02"
    assert balance(session, Account.FX_DIFFERENCE) == "-3.69 PLN"
    assert balance(session, Account.CURRENCY_POSITION) == "3.69 PLN"
    assert verify(session) == []


@pytest.mark.usefixtures("invoice")
def test_part_payments_release_the_booked_value_to_the_grosz(session: TenantSession) -> None:
    euro(session, "4.2800", MONDAY)

    for number, part in enumerate(("0.01", "0.01", "22.98", "100.00")):
        receive(session, f"{part} EUR", f"W/{number}")

    # 4.25 grosze, then 8.5: released 0.04, 0.05 (0.085 is 0.09), up to 23.00: 97.75, and the rest.
    rows = {row.amount: row.released for row in service.settlements(session)}
    assert sum(row.released for row in service.settlements(session)) == Decimal("522.75")
    assert rows[Decimal("22.98")] == Decimal("97.66")
    assert rows[Decimal("100.00")] == Decimal("425.00")


@pytest.mark.usefixtures("invoice")
def test_what_conversions_round_is_posted_and_given_back(session: TenantSession) -> None:
    euro(session, "4.2800", MONDAY)

    paid = receive(session, "0.01 EUR")

    # A cent is 0.0425 of what was booked and 0.0428 of what came; both are 0.04.
    told = rounding_ledger.of_source(session, FX_SETTLEMENT, service.settlements(session)[0].id)
    assert {each.rounded.what: each.rounded.fraction for each in told} == {
        "released": Fraction("0.0025"),
        "settled": Fraction("0.0028"),
    }
    # The rest releases what the cent did not: the booked value came out even.
    receive(session, "122.99 EUR", "W/2")
    posted = [each.posted.rounded for each in rounding_ledger.between(session, MONDAY, dt.date.max)]
    assert sum(each.fraction for each in posted if each.what == "released") == 0
    receipts.bounce(session, paid.id, MONDAY)
    cent = [row.id for row in service.settlements(session) if abs(row.amount) == Decimal("0.01")]
    both = [
        each.rounded.fraction
        for settled in cent
        for each in rounding_ledger.of_source(session, FX_SETTLEMENT, settled)
    ]
    assert (len(both), sum(both)) == (4, 0)
    assert verify(session) == []


@pytest.mark.usefixtures("invoice")
def test_without_the_rate_of_the_day_a_payment_is_not_taken(session: TenantSession) -> None:
    with pytest.raises(NoFxRate, match="EUR to PLN for 2026-11-02"):
        receive(session, "123.00 EUR")


@pytest.mark.usefixtures("invoice")
def test_a_payment_that_bounced_gains_nothing(session: TenantSession) -> None:
    euro(session, "4.2800", MONDAY)
    paid = receive(session, "123.00 EUR")

    receipts.bounce(session, paid.id, MONDAY)
    receipts.bounce(session, paid.id, MONDAY)

    assert [row.gain for row in service.settlements(session)] == [Decimal("3.69"), Decimal("-3.69")]
    assert balance(session, Account.FX_DIFFERENCE) == "0.00 PLN"
    assert verify(session) == []
    # Paid again, it gains again.
    receive(session, "123.00 EUR", "W/2")
    assert balance(session, Account.FX_DIFFERENCE) == "-3.69 PLN"


def test_without_a_policy_there_are_no_differences(session: TenantSession, invoice: UUID) -> None:
    policies(session, "{}")

    receive(session, "123.00 EUR")

    assert service.settlements(session) == []
    assert service.revalue(session, "2026-11").items == 0


@pytest.mark.usefixtures("invoice")
@pytest.mark.parametrize("mode", ["reversed", "cumulative"])
def test_open_items_are_valued_at_the_end_once(session: TenantSession, mode: str) -> None:
    policies(session, json.dumps(DATES | {"fx_revaluation": mode}))
    periods.open_period(session, "2026-12")
    euro(session, "4.3000", dt.date(2026, 11, 30))

    first = service.revalue(session, "2026-11")
    again = service.revalue(session, "2026-11")

    # 123 x 4.30 = 528.90 against 522.75.
    assert (first.items, first.added, shown(first.gain)) == (1, 1, "6.15 PLN")
    assert (again.items, again.added, shown(again.gain)) == (1, 0, "0.00 PLN")
    left = "0.00 PLN" if mode == "reversed" else "-6.15 PLN"
    assert balance(session, Account.FX_UNREALISED) == left
    assert balance(session, Account.FX_DIFFERENCE) == "0.00 PLN"
    assert verify(session) == []


@pytest.mark.usefixtures("invoice")
@pytest.mark.parametrize(("mode", "december"), [("reversed", "2.46"), ("cumulative", "-3.69")])
def test_the_next_end_of_a_period_starts_from_what_is_left(
    session: TenantSession, mode: str, december: str
) -> None:
    policies(session, json.dumps(DATES | {"fx_revaluation": mode}))
    for code in ("2026-12", "2027-01"):
        periods.open_period(session, code)
    euro(session, "4.3000", dt.date(2026, 11, 30))
    euro(session, "4.2700", dt.date(2026, 12, 31))
    service.revalue(session, "2026-11")

    found = service.revalue(session, "2026-12")

    # 123 x 4.27 = 525.21, 2.46 above what was booked and 3.69 below the value in November.
    assert shown(found.gain) == f"{december} PLN"


@pytest.mark.usefixtures("invoice")
def test_what_was_paid_is_not_valued_and_its_old_value_goes(session: TenantSession) -> None:
    policies(session, json.dumps(DATES | {"fx_revaluation": "cumulative"}))
    periods.open_period(session, "2026-12")
    euro(session, "4.3000", dt.date(2026, 11, 30))
    euro(session, "4.2700", dt.date(2026, 12, 31))
    euro(session, "4.2800", MONDAY)
    assert shown(service.revalue(session, "2026-11").gain) == "6.15 PLN"

    receive(session, "123.00 EUR")
    found = service.revalue(session, "2026-11")

    assert (found.items, found.added, shown(found.gain)) == (0, 1, "-6.15 PLN")
    assert balance(session, Account.FX_UNREALISED) == "0.00 PLN"
    assert balance(session, Account.FX_DIFFERENCE) == "-3.69 PLN"


@pytest.mark.usefixtures("invoice")
def test_without_the_closing_rate_nothing_is_valued(session: TenantSession) -> None:
    with pytest.raises(NoFxRate, match="2026-11-30"):
        service.revalue(session, "2026-11")


def a_statement(session: TenantSession, party_id: UUID, amount: str, number: str) -> UUID:
    """A partner's statement of 2 November that makes the amount payable."""
    builders.owed(session, party_id, amount)
    net = money(amount).amount
    return insert(
        session, "documents", kind="self_billed_invoice", status="issued", number=number,
        party_id=party_id, direction="payable", language="en", currency="EUR", amount_net=net,
        amount_tax=0, amount_gross=net, issued_on=MONDAY, issued_at=session.now(),
        content={"totals": {"payable": amount}}, purpose=number,
    )  # fmt: skip


def test_r74_a_thousand_euro_accrued_at_4_25_and_paid_at_4_28(session: TenantSession) -> None:
    policies(session, json.dumps(DATES))
    euro(session, "4.2500", FRIDAY)
    euro(session, "4.2800", NINTH)
    builders.november(session, "EUR")
    partner = builders.a_partner(session, iban="")
    parties.set_bank_account(session, partner, "P-1", builders.PARTNER_IBAN, None, "EUR")
    a_statement(session, partner, "600.00 EUR", "RS/1")
    a_statement(session, partner, "400.00 EUR", "RS/2")

    batch = payouts.propose(session, "EUR", TENTH)
    session.principal = builders.APPROVER
    payouts.approve(session, batch.id)
    payouts.export(session, batch.id)
    for _ in range(2):
        payouts.confirm_sent(session, batch.id)

    # 1,000.00 x 4.2800 = 4,280.00 were paid for 4,250.00: a loss of 30.00 PLN.
    rows = service.settlements(session)
    assert [row.gain for row in rows] == [Decimal("-18.00"), Decimal("-12.00")]
    assert balance(session, Account.FX_DIFFERENCE) == "30.00 PLN"
    assert balance(session, Account.CURRENCY_POSITION) == "-30.00 PLN"


def test_r74_what_is_set_off_is_settled_and_what_is_left_is_valued(session: TenantSession) -> None:
    policies(session, json.dumps(DATES))
    euro(session, "4.2500", FRIDAY)
    euro(session, "4.2800", MONDAY)
    builders.november(session, "EUR")
    partner = builders.a_partner(session, iban="")
    carrier = a_party(session, "CARRIER", "carrier")
    statement = a_statement(session, partner, "1000.00 EUR", "RS/1")
    owing(session, carrier, "400.00 EUR")
    netting.declare(session, "GROUP", ["P-1", "CARRIER"], {"EUR": money("1.00 EUR")})
    [proposed] = netting.propose(session, "GROUP")
    session.principal = builders.APPROVER
    for party in (partner, carrier):
        netting.agree(session, proposed.id, party, "letter 7")

    for _ in range(2):
        netting.book(session, proposed.id)

    # 400.00 x (4.28 - 4.25) = 12.00 were lost; of the debt 600.00 x 4.25 = 2,550.00 are left.
    [row] = service.settlements(session)
    assert (row.document_id, row.amount, row.gain) == (statement, Decimal(400), Decimal("-12.00"))
    assert balance(session, Account.FX_DIFFERENCE) == "12.00 PLN"
    euro(session, "4.3000", dt.date(2026, 11, 30))
    periods.open_period(session, "2026-12")
    valued = service.revalue(session, "2026-11")
    [open_item] = service.revaluations(session, "2026-11")
    assert (open_item.open, open_item.carried) == (Decimal(600), Decimal("2550.00"))
    assert shown(valued.gain) == "-30.00 PLN"


def adjusted(session: TenantSession, change: str) -> None:
    """An agreed change of the only line of the invoice, before tax."""
    [found] = statements.documents(session, kind=Kind.INVOICE)
    changing.adjust_invoice(session, found.id, {"1": money(change)}, "agreed")


@pytest.mark.usefixtures("invoice")
@pytest.mark.parametrize(
    ("change", "open_then", "booked", "gain"),
    [
        # 123.00 more or less 12.30, at 4.25 as booked and at 4.30: 135.30 x 4.25 is 575.025; of
        # the 522.75 of the invoice 52.28 (52.275) are taken back; 581.79 and 476.01 are the values.
        ("10.00 EUR", "135.30", "575.03", "6.76"),
        ("-10.00 EUR", "110.70", "470.47", "5.54"),
    ],
)
def test_what_changed_an_invoice_is_valued_with_it(
    session: TenantSession, change: str, open_then: str, booked: str, gain: str
) -> None:
    for kind in (Kind.ADJUSTING_INVOICE, Kind.ADJUSTING_CREDIT):
        statements.open_series(session, kind, f"{kind.type_code}/{{number}}")
    periods.open_period(session, "2026-12")
    euro(session, "4.3000", dt.date(2026, 11, 30))
    adjusted(session, change)

    service.revalue(session, "2026-11")

    [row] = service.revaluations(session, "2026-11")
    assert (row.open, row.carried, row.gain) == (
        Decimal(open_then),
        Decimal(booked),
        Decimal(gain),
    )


@pytest.mark.usefixtures("invoice")
def test_a_debit_note_and_a_corrected_invoice_are_debts_too(session: TenantSession) -> None:
    for kind in (Kind.CORRECTED_INVOICE, Kind.DEBIT_NOTE):
        statements.open_series(session, kind, f"{kind.type_code}/{{number}}")
    periods.open_period(session, "2026-12")
    euro(session, "4.3000", dt.date(2026, 11, 30))
    [found] = statements.documents(session, kind=Kind.INVOICE)
    changing.correct_invoice(session, found.id, [RightLine("1", net=Decimal("80.00"))], "wrong")
    fee = ManualLine("Fee", Decimal(1), Decimal("10.00"), "out_of_scope")
    out_of_turn.issue_single(session, "C-1", "EUR", Kind.DEBIT_NOTE, [fee])

    assert service.revalue(session, "2026-11").items == 2

    # 98.40 of the invoice corrected, and 10.00 of the note.
    rows = service.revaluations(session, "2026-11")
    assert sorted(row.open for row in rows) == [Decimal("10.00"), Decimal("98.40")]
