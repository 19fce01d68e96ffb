"""Shares that are paid out as customers pay, from receipts to statements and the book (R47)."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
import sqlalchemy as sa

from currencies.money import money, shown
from currencies.rounding_ledger import service as rounding_ledger
from currencies.rounding_ledger.posted_fraction import RELEASE
from settlement.billing import service as billing
from settlement.insight.service import verify
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from settlement.receipts import service as receipts
from settlement.self_billing import service
from statements import service as statements
from statements.document import Kind
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october
from tests.settlement.books import a_period, a_rating_run, a_share, an_agreement
from tests.settlement.self_billing.test_service import a_partner

STEPS = [{"payee": "P-1", "amount": "10.00"}, {"payee": "operator", "amount": "20.00"}]


@pytest.fixture
def where(session: TenantSession) -> tuple[UUID, UUID]:
    """October, with the number series of statements besides those of invoices."""
    statements.open_series(session, Kind.SELF_BILLED_INVOICE, "RS/{year}/{month:02}/{number:04}")
    statements.open_series(session, Kind.SELF_BILLED_CREDIT, "RK/{year}/{month:02}/{number:04}")
    return october(session)


def sold(
    session: TenantSession, where: tuple[UUID, UUID], pays: str = "when_paid"
) -> tuple[UUID, UUID]:
    """30.00 sold to C-1 and 10.00 of it shared with P-1; the ids of agreement and partner."""
    partner = a_partner(session, tax_id="")
    agreement, terms = an_agreement(session, partner, terms={"pays": pays})
    charged(session, where, a_customer(session), "30.00", terms_id=terms, product="QUIZ")
    facts = {"gross": Decimal(30), "base": Decimal(30), "steps": STEPS}
    a_share(session, where[1], where[0], terms, agreement, partner, "10.00", **facts)
    ours = {"position": 2, "level": 2} | facts
    a_share(session, where[1], where[0], terms, agreement, None, "20.00", **ours)
    return agreement, partner


def pay(session: TenantSession, amount: str, reference: str = "W/1") -> None:
    receipts.receive(session, "C-1", reference, money(amount), periods.today(session))


def stated(session: TenantSession, month: str = "2026-10") -> list[str]:
    return [shown(each.net) for each in service.issue_statements(session, month).issued]


def accrued(session: TenantSession) -> str:
    [line] = ledger.balances(session, Account.PARTNER_ACCRUED)
    return shown(line.amount)


def test_what_is_not_paid_stays_accrued(session: TenantSession, where: tuple[UUID, UUID]) -> None:
    sold(session, where)
    periods.close(session, "2026-10")
    billing.bill_period(session, "2026-10")
    pay(session, "12.30 PLN")

    assert stated(session) == ["3.33 PLN"]
    assert accrued(session) == "-6.67 PLN"
    # Of the 3.333... that are paid.
    [told] = [
        each
        for each in rounding_ledger.between(session, dt.date(2026, 11, 2), dt.date(2026, 11, 3))
        if each.posted.rounded.cause == RELEASE
    ]
    assert told.posted.rounded.fraction == Fraction(1, 300)
    assert verify(session) == []


def test_a_share_without_a_payment_is_told_and_nothing_is_paid_out(
    session: TenantSession, where: tuple[UUID, UUID]
) -> None:
    sold(session, where)
    periods.close(session, "2026-10")

    assert stated(session) == ["0.00 PLN"]
    assert accrued(session) == "-10.00 PLN"
    # The month has its statement; what is paid now is for the next one.
    billing.bill_period(session, "2026-10")
    pay(session, "36.90 PLN")
    assert stated(session) == []
    assert verify(session) == []


def test_who_is_paid_when_billed_waits_for_nobody(
    session: TenantSession, where: tuple[UUID, UUID]
) -> None:
    sold(session, where, pays="when_billed")
    periods.close(session, "2026-10")

    assert stated(session) == ["10.00 PLN"]
    assert accrued(session) == "0.00 PLN"


@pytest.mark.usefixtures("where")
def test_the_end_of_the_agreement_releases_nothing_that_was_not_paid(
    session: TenantSession,
) -> None:
    september = a_period(session, "2026-09")
    a_period(session, "2026-11")
    agreement, _partner = sold(session, (september, a_rating_run(session, september)))
    periods.close(session, "2026-09")
    billing.bill_period(session, "2026-09")
    assert stated(session, "2026-09") == ["0.00 PLN"]
    session.execute(
        sa.text("UPDATE terms SET valid_until = :day WHERE agreement_id = :agreement"),
        {"day": dt.date(2026, 10, 1), "agreement": agreement},
    )
    periods.close(session, "2026-10")

    assert stated(session) == []
    assert accrued(session) == "-10.00 PLN"


def test_a_credit_note_lowers_what_is_waited_for(
    session: TenantSession, where: tuple[UUID, UUID]
) -> None:
    sold(session, where)
    periods.close(session, "2026-10")
    [invoice] = billing.bill_period(session, "2026-10").issued
    billing.credit_invoice(session, invoice.id, {"1": money("15.00 PLN")}, "credit:half")
    pay(session, "18.45 PLN")

    assert stated(session) == ["10.00 PLN"]
