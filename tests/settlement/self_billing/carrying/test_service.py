"""A statement says what earlier ones left of the balance, as the book had it when it was issued."""

import datetime as dt
from uuid import UUID

import sqlalchemy as sa

from currencies.money import shown
from settlement.parties import service as parties
from settlement.payouts import service as payouts
from settlement.periods import service as periods
from settlement.self_billing import service
from statements import service as statements
from statements.document import Document
from statements.filing import Filed
from statements.regenerating.service import regenerate
from tenants.clock import HeldClock
from tenants.session import TenantSession
from tests.settlement.books import a_rating_run
from tests.settlement.payouts.builders import APPROVER, MAKER, OWN_IBAN, PARTNER_IBAN, TENTH
from tests.settlement.self_billing.test_service import a_partner, october, shared


def two_months(session: TenantSession, partner: UUID, first: str, second: str) -> None:
    """September and October, closed, with a share of each."""
    september = periods.open_period(session, "2026-09")
    shared(session, (a_rating_run(session, september.id), september.id), partner, first)
    where = october(session)
    shared(session, where, partner, second)
    for code in ("2026-09", "2026-10"):
        periods.close(session, code)
    periods.open_period(session, "2026-11")


def stated(session: TenantSession, code: str) -> Filed:
    [issued] = service.issue_statements(session, code).issued
    return issued


def balance_on(session: TenantSession, issued: Filed) -> list[str]:
    """What is brought, stated, payable and carried."""
    document = statements.content(session, issued.id)
    assert isinstance(document, Document)
    forward = document.forward
    assert forward is not None
    amounts = (forward.brought, forward.stated, forward.payable, forward.carried)
    return [shown(each).removesuffix(" PLN") for each in amounts]


def pay(session: TenantSession) -> None:
    session.principal = MAKER
    batch = payouts.propose(session, "PLN", TENTH)
    session.principal = APPROVER
    payouts.approve(session, batch.id)
    session.principal = MAKER


def test_what_was_not_paid_is_brought_forward_and_in_no_line(session: TenantSession) -> None:
    partner = a_partner(session)
    two_months(session, partner, "63.00", "10.00")

    september = stated(session, "2026-09")
    of_october = stated(session, "2026-10")

    # 23 % of tax: 63.00 are 77.49, 10.00 are 12.30.
    assert balance_on(session, september) == ["0.00", "77.49", "77.49", "0.00"]
    assert balance_on(session, of_october) == ["77.49", "12.30", "89.79", "0.00"]
    assert [shown(of_october.net), shown(of_october.gross)] == ["10.00 PLN", "12.30 PLN"]


def test_what_a_payment_is_under_way_for_is_not_brought_forward(session: TenantSession) -> None:
    partner = a_partner(session)
    parties.set_bank_account(session, None, "Alpha Telekom", OWN_IBAN, None, "PLN")
    parties.set_bank_account(session, partner, "P-1", PARTNER_IBAN, None, "PLN")
    two_months(session, partner, "63.00", "-10.00")

    stated(session, "2026-09")
    pay(session)
    taken_back = stated(session, "2026-10")

    assert balance_on(session, taken_back) == ["0.00", "-12.30", "0.00", "-12.30"]


def test_a_little_is_carried_while_the_agreement_goes_on(session: TenantSession) -> None:
    session.execute(sa.text('UPDATE tenants SET policies = \'{"payout_threshold": "25.00 PLN"}\''))
    session.expire_all()
    partner = a_partner(session)
    two_months(session, partner, "10.00", "10.00")
    session.execute(sa.text("UPDATE terms SET valid_until = '2026-11-10'"))

    while_it_goes_on = stated(session, "2026-09")
    assert isinstance(session.clock, HeldClock)
    session.clock.move_to(dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC))
    after_its_end = stated(session, "2026-10")

    assert balance_on(session, while_it_goes_on) == ["0.00", "12.30", "0.00", "12.30"]
    assert balance_on(session, after_its_end) == ["12.30", "12.30", "24.60", "0.00"]


def test_a_statement_is_drawn_the_same_whatever_was_paid_since(session: TenantSession) -> None:
    partner = a_partner(session)
    parties.set_bank_account(session, None, "Alpha Telekom", OWN_IBAN, None, "PLN")
    parties.set_bank_account(session, partner, "P-1", PARTNER_IBAN, None, "PLN")
    two_months(session, partner, "63.00", "10.00")
    stated(session, "2026-09")
    stated(session, "2026-10")

    pay(session)
    found = regenerate(session, partner, dt.date(2026, 11, 1), dt.date(2026, 12, 1))

    assert {each.outcome for each in found.files} == {"same"}
    assert len(found.files) == 6
