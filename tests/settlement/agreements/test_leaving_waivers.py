"""The fee for leaving early is waived by two people, once, with a reason."""

from uuid import UUID, uuid5

import pytest

from i18n.errors import DomainError, Forbidden
from settlement.agreements.condition import ReasonNeeded
from settlement.agreements.contract import NoSuchSubscription
from settlement.agreements.contracts import service as contracts
from settlement.agreements.leaving_waiver import (
    LeavingWaivedAlready,
    LeavingWaiverDecided,
    NoSuchLeavingWaiver,
)
from settlement.agreements.leaving_waivers import service
from tenants.four_eyes import NotAPerson, ProposerMayNotApprove
from tenants.principal import Principal, Role
from tenants.session import TenantSession
from tests.settlement.agreements.builders import a_contract, a_market

MAKER = Principal("maker", Role.FINANCE_APPROVER, UUID(int=1))
APPROVER = Principal("approver", Role.FINANCE_APPROVER, UUID(int=2))
CLERK = Principal("clerk", Role.FINANCE_MAKER, UUID(int=3))
NOBODY = UUID(int=0)


@pytest.fixture
def subscription(session: TenantSession) -> UUID:
    a_market(session)
    contract = a_contract(session)
    session.principal = MAKER
    return contracts.subscriptions(session, contract.id)[0].id


def test_a_waiver_holds_when_somebody_else_agreed(
    session: TenantSession, subscription: UUID
) -> None:
    proposed = service.propose(session, subscription, " The line was down. ")
    assert service.waived(session) == frozenset()

    session.principal = APPROVER
    approved = service.approve(session, proposed.id)

    assert (approved.status, approved.reason) == ("approved", "The line was down.")
    assert (approved.proposed_by, approved.decided_by) == ("maker", "approver")
    assert service.waived(session) == {subscription}
    assert service.waivers_of(session, subscription) == [approved]


@pytest.mark.parametrize(
    ("principal", "error"),
    [
        (MAKER, ProposerMayNotApprove),
        (Principal("key", Role.FINANCE_APPROVER, None), NotAPerson),
        (CLERK, Forbidden),
    ],
)
def test_who_may_not_agree_is_refused(
    session: TenantSession, subscription: UUID, principal: Principal, error: type[DomainError]
) -> None:
    proposed = service.propose(session, subscription, "why")

    session.principal = principal
    with pytest.raises(error):
        service.approve(session, proposed.id)
    assert service.waived(session) == frozenset()


def test_one_stands_until_it_is_rejected(session: TenantSession, subscription: UUID) -> None:
    first = service.propose(session, subscription, "why")
    with pytest.raises(LeavingWaivedAlready):
        service.propose(session, subscription, "again")

    assert service.reject(session, first.id, "no").status == "rejected"

    with pytest.raises(LeavingWaiverDecided):
        service.approve(session, first.id)
    second = service.propose(session, subscription, "again")
    assert {each.id for each in service.waivers_of(session, subscription)} == {first.id, second.id}
    assert service.waived(session) == frozenset()


def test_what_is_not_there_or_has_no_reason_is_refused(
    session: TenantSession, subscription: UUID
) -> None:
    with pytest.raises(ReasonNeeded):
        service.propose(session, subscription, " ")
    with pytest.raises(NoSuchSubscription):
        service.propose(session, uuid5(NOBODY, "nobody"), "why")
    with pytest.raises(NoSuchLeavingWaiver):
        service.approve(session, uuid5(NOBODY, "nothing"))
