"""Who lets a run begin, and who lets a bill go that is outside its bounds."""

from uuid import UUID

import pytest

from settlement.billing import service as billing
from settlement.billing.parking import service as parking
from settlement.billing.parking.service import NotToRelease
from settlement.billing.runs import service
from settlement.periods import service as periods
from statements import service as statements
from statements.filing import Filing
from tenants.four_eyes import NotAPerson, ProposerMayNotApprove
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.billing.builders import a_customer, charged, october, policies
from tests.statements.builders import an_invoice

MAKER = Principal("maker", Role.OPERATOR, UUID(int=1))
APPROVER = Principal("approver", Role.FINANCE_APPROVER, UUID(int=2))


def a_closed_month(session: TenantSession, charges: int = 1) -> UUID:
    """One customer with so many charges, and another one with a single charge."""
    where = october(session)
    customer = a_customer(session)
    for _ in range(charges):
        charged(session, where, customer, "10.00")
    charged(session, where, a_customer(session, "C-2"), "10.00")
    periods.close(session, "2026-10")
    return customer


def done(session: TenantSession, run: service.Run) -> service.Run:
    """Do what is left of a run, all of it at once."""
    frame = service.frame_of(session, run.id)
    if frame.due:
        service.go_on(session, run.id, frame, frame.due)
    return service.finish(session, run.id)


def test_a_bill_outside_its_bounds_waits_for_a_second_person(session: TenantSession) -> None:
    policies(session, '{"bill_lines_bound": "2"}')
    customer = a_closed_month(session, charges=3)
    period = periods.period(session, "2026-10")
    session.principal = MAKER

    first = done(session, service.ask(session, "2026-10"))

    assert (first.issued, first.parked) == (1, 1)
    [parked] = parking.parked_bills(session, period.id)
    assert (parked.party_id, parked.cause, parked.charges) == (customer, "bound", 3)
    assert "3 charges are beyond the bound of 2" in parked.reason
    with pytest.raises(ProposerMayNotApprove):
        parking.release(session, parked.id)
    session.principal = Principal("key", Role.FINANCE_APPROVER, None)
    with pytest.raises(NotAPerson):
        parking.release(session, parked.id)
    session.principal = MAKER
    assert done(session, service.ask(session, "2026-10")).issued == 0

    session.principal = APPROVER
    released = parking.release(session, parked.id)
    assert (released.status, released.released_by) == ("released", "approver")
    with pytest.raises(NotToRelease, match="released"):
        parking.release(session, parked.id)
    session.principal = MAKER
    last = done(session, service.ask(session, "2026-10"))

    assert (last.issued, last.parked) == (1, 0)
    [billed] = parking.parked_bills(session, period.id)
    assert (billed.status, billed.released_by) == ("billed", "approver")


def test_who_has_an_invoice_of_the_month_already_gets_no_second_one(
    session: TenantSession,
) -> None:
    customer = a_closed_month(session)
    filing = Filing(customer, "invoice:2026-10:C-1:PLN", periods.period(session, "2026-10").id)
    first = statements.issue(session, an_invoice(number=""), filing, periods.today(session))
    assert first.is_issued

    run = billing.bill_period(session, "2026-10")

    assert [one.filing.party_id == customer for one in run.issued] == [False]
    assert f"{first.number} is the invoice of 2026-10 already" in run.parked[0].reason
    assert len(statements.documents(session)) == 2


def test_a_run_begins_when_a_second_person_approved_it(session: TenantSession) -> None:
    policies(session, '{"bill_run": "after_approval"}')
    a_closed_month(session)
    with pytest.raises(billing.RunNeedsApproval):
        billing.bill_period(session, "2026-10")
    session.principal = MAKER
    proposed = service.ask(session, "2026-10")
    assert (proposed.status, proposed.bills, proposed.job_run_id) == ("proposed", 2, None)
    with pytest.raises(service.BillRunNotApproved):
        service.frame_of(session, proposed.id)
    with pytest.raises(ProposerMayNotApprove):
        service.approve(session, proposed.id)

    session.principal = APPROVER
    approved = service.approve(session, proposed.id)

    assert (approved.status, approved.decided_by) == ("approved", "approver")
    assert approved.job_run_id is not None
    with pytest.raises(service.BillRunDecided):
        service.reject(session, proposed.id)
    assert done(session, approved).issued == 2


def test_a_run_that_is_done_at_once_counts_its_bills_when_it_gets_ready(
    session: TenantSession,
) -> None:
    a_closed_month(session)
    run = service.take_up(session, "2026-10")

    frame = service.frame_of(session, run.id)
    assert service.run(session, run.id).bills == len(frame.due) == 2

    service.go_on(session, run.id, frame, frame.due[:1])
    left = service.frame_of(session, run.id)
    assert (len(left.due), service.run(session, run.id).bills) == (1, 2)


def test_a_run_that_waits_for_approval_is_counted_before_it(session: TenantSession) -> None:
    policies(session, '{"bill_run": "after_approval"}')
    a_closed_month(session)
    session.principal = MAKER

    proposed = service.take_up(session, "2026-10")

    assert (proposed.status, proposed.bills) == ("proposed", 2)


def test_a_rejected_run_bills_nobody_and_can_be_asked_for_again(session: TenantSession) -> None:
    policies(session, '{"bill_run": "after_approval"}')
    a_closed_month(session)
    session.principal = MAKER
    proposed = service.ask(session, "2026-10")

    session.principal = APPROVER
    service.reject(session, proposed.id)

    assert statements.documents(session) == []
    assert service.ask(session, "2026-10").status == "proposed"
