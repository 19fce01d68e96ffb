"""Draft, review, approve, issue (G9): no number and no booking before a second person said yes."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa

from currencies.money import shown
from settlement.billing import service as billing
from settlement.billing.draft_document import (
    FIRST,
    DraftDocument,
    DraftIssued,
    DraftNotApproved,
    DraftThrownAway,
    NoSuchDraftLine,
)
from settlement.billing.invoice_choice import InvoiceChoice, Way
from settlement.billing.manual_lines import ManualLine
from settlement.billing.out_of_turn import service as out_of_turn
from settlement.billing.reviewing import service
from settlement.billing.splitting import service as splitting
from settlement.ledger import service as ledger
from settlement.ledger.accounts import Account
from settlement.periods import service as periods
from statements import service as statements
from statements.document import Kind
from tenants.four_eyes import ProposerMayNotApprove
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october, policies

OLA = Principal("ola", Role.OPERATOR, UUID(int=1))
JAN = Principal("jan", Role.FINANCE_APPROVER, UUID(int=2))


@pytest.fixture
def drafted(session: TenantSession) -> Iterator[TenantSession]:
    """Two customers of October, drafted by Ola."""
    where = october(session)
    policies(session, '{"issue": "after_approval"}')
    for code in ("C-1", "C-2"):
        customer = a_customer(session, code)
        charged(session, where, customer, "10.00")
        charged(session, where, customer, "30.00", service="recurring", product="PLAN")
    periods.close(session, "2026-10")
    before = session.principal
    session.principal = OLA
    run = billing.bill_period(session, "2026-10")
    assert run.issued == ()
    yield session
    session.principal = before


def ids(session: TenantSession) -> list[UUID]:
    return [each.draft.id for each in service.waiting(session)]


def approved(session: TenantSession, *wanted: UUID) -> None:
    session.principal = JAN
    service.approve(session, wanted or ids(session))
    session.principal = OLA


def receivable(session: TenantSession) -> list[str]:
    return [shown(each.amount) for each in ledger.balances(session, Account.RECEIVABLE)]


def test_a_draft_has_no_number_and_is_not_booked(drafted: TenantSession):
    found = service.waiting(drafted)

    assert [(each.draft.number, shown(each.draft.gross), each.findings) for each in found] == [
        ("", "49.20 PLN", (FIRST,)),
        ("", "49.20 PLN", (FIRST,)),
    ]
    assert statements.documents(drafted) == []
    assert receivable(drafted) == []


def test_who_drafted_does_not_approve(drafted: TenantSession):
    with pytest.raises(ProposerMayNotApprove):
        service.approve(drafted, ids(drafted))


def test_what_is_not_approved_is_not_issued(drafted: TenantSession):
    with pytest.raises(DraftNotApproved):
        service.issue(drafted, ids(drafted))


def test_some_are_approved_and_issued_and_the_others_wait(drafted: TenantSession):
    first, second = ids(drafted)
    approved(drafted, second)

    done = service.issue(drafted, [second])

    assert [(each.number, shown(each.gross)) for each in done.issued] == [
        ("FV/2026/11/0001", "49.20 PLN")
    ]
    assert ids(drafted) == [first]
    assert receivable(drafted) == ["49.20 PLN"]
    assert service.review(drafted, second).draft.document_id == done.issued[0].id
    with pytest.raises(DraftIssued):
        service.issue(drafted, [second])


def test_drafting_again_replaces_and_what_is_unchanged_stays_approved(drafted: TenantSession):
    approved(drafted)
    before = ids(drafted)

    billing.bill_period(drafted, "2026-10")
    assert {each.draft.status for each in service.waiting(drafted)} == {"approved"}

    drafted.execute(sa.text("UPDATE parties SET name = 'Nowa sp. z o.o.' WHERE code = 'C-1'"))
    drafted.expire_all()
    billing.bill_period(drafted, "2026-10")

    assert sorted(ids(drafted)) == sorted(before)
    assert {each.party: each.draft.status for each in service.waiting(drafted)} == {
        "C-2 sp. z o.o.": "approved",
        "Nowa sp. z o.o.": "drafted",
    }


def test_a_changed_choice_of_invoices_takes_the_place_of_the_draft(drafted: TenantSession):
    party = service.waiting(drafted)[0].draft.filing.party_id
    splitting.choose(drafted, party, InvoiceChoice(Way.PER_SERVICE), dt.date(2026, 10, 1))

    billing.bill_period(drafted, "2026-10")

    assert [each.draft.filing.purpose for each in service.waiting(drafted)] == [
        "invoice:2026-10:C-1:PLN:recurring",
        "invoice:2026-10:C-1:PLN:voice",
        "invoice:2026-10:C-2:PLN",
    ]


def test_a_line_left_out_cancels_the_approval_and_stays_out_of_the_month(drafted: TenantSession):
    first = ids(drafted)[0]
    approved(drafted)

    left = service.leave_out(drafted, first, ["1"], "the customer disputes the calls")

    assert left is not None
    assert (left.status, shown(left.net), left.approved_by) == ("drafted", "30.00 PLN", None)
    billing.bill_period(drafted, "2026-10")
    assert shown(service.review(drafted, first).draft.net) == "30.00 PLN"

    approved(drafted, first)
    service.issue(drafted, [first])
    # The calls of 10.00 wait for November; only the fee became a receivable.
    assert receivable(drafted) == ["36.90 PLN"]
    unbilled = ledger.balances(drafted, Account.UNBILLED_RECEIVABLE)
    assert sorted(shown(each.amount) for each in unbilled) == ["10.00 PLN", "40.00 PLN"]
    with pytest.raises(NoSuchDraftLine):
        service.leave_out(drafted, ids(drafted)[0], ["7"], "no such line")


def test_a_draft_with_nothing_left_is_gone(drafted: TenantSession):
    first = ids(drafted)[0]

    assert service.leave_out(drafted, first, ["1", "2"], "the whole month is wrong") is None

    assert first not in ids(drafted)
    with pytest.raises(DraftThrownAway):
        approved(drafted, first)


def test_a_draft_thrown_away_is_drafted_again_by_the_next_run(drafted: TenantSession):
    service.throw_away(drafted, ids(drafted)[0])
    assert len(ids(drafted)) == 1

    billing.bill_period(drafted, "2026-10")

    assert len(ids(drafted)) == 2
    assert receivable(drafted) == []


def test_a_draft_whose_charges_were_billed_otherwise_is_refused(drafted: TenantSession):
    first, second = ids(drafted)
    approved(drafted)
    drafted.execute(sa.text("UPDATE tenants SET policies = '{}'"))
    drafted.expire_all()
    out_of_turn.issue_single(drafted, "C-1", "PLN", Kind.INVOICE, [], with_unbilled=True)

    done = service.issue(drafted, [first, second])

    assert [each.party for each in done.refused] == ["C-1"]
    assert [shown(each.gross) for each in done.issued] == ["49.20 PLN"]
    assert receivable(drafted) == ["49.20 PLN", "49.20 PLN"]


def test_an_invoice_out_of_turn_waits_for_approval_too(drafted: TenantSession):
    line = ManualLine("Installation", Decimal(1), Decimal("100.00"))

    kept = out_of_turn.issue_single(drafted, "C-1", "PLN", Kind.INVOICE, [line])

    assert isinstance(kept, DraftDocument)
    assert statements.documents(drafted) == []
    approved(drafted, kept.id)
    done = service.issue(drafted, [kept.id])
    assert [(each.number, shown(each.gross)) for each in done.issued] == [
        ("FV/2026/11/0001", "123.00 PLN")
    ]
    assert receivable(drafted) == ["123.00 PLN"]
