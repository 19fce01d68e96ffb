"""Records are given up by two people, and still add up."""

import pytest

from mediation import service as mediation
from mediation.recycling import service as recycling
from mediation.sources import service as sources
from mediation.suspense import service as suspense
from mediation.writing_off import service
from mediation.writing_off.write_off import (
    NoSuchWriteOff,
    NothingToWriteOff,
    WriteOffDecided,
    WriteOffWithoutReason,
)
from tenants.four_eyes import NotAPerson, ProposerMayNotApprove
from tenants.principal import NotAllowed, Principal, Role
from tenants.session import TenantSession
from tests.mediation.sources import MAPPING, ZONE, delimited_file
from tests.tenants.people.builders import a_user


@pytest.fixture
def switch(session: TenantSession) -> TenantSession:
    """Three records wait: two without a time, one with a bad duration."""
    settings = {"zone": ZONE, "mapping": MAPPING}
    sources.register_source(session, "switch", "Switch", "delimited", settings)
    content = delimited_file(
        "c1;601234567;+49301234567;;61",
        "c2;601234567;+49301234567;;62",
        "c3;601234567;+49301234567;2026-10-05 12:00:00;-1",
        "c4;601234567;+49301234567;2026-10-05 12:00:00;61",
    )
    mediation.ingest(session, "switch", "a", content)
    return session


def a_person(session: TenantSession, role: Role = Role.OPERATOR, name: str = "ola") -> Principal:
    email = f"{name}@alpha.example"
    return Principal(email, role, a_user(session, role, email=email).id)


def outcomes(session: TenantSession) -> tuple[int, int, int]:
    [batch] = mediation.batches(session)
    return batch.landed, batch.rejected, batch.suspended


def test_what_one_proposes_and_another_approves_is_rejected_and_counted(
    switch: TenantSession,
) -> None:
    maker, checker = a_person(switch), a_person(switch, Role.FINANCE_APPROVER, "jan")
    switch.principal = maker
    proposed = service.propose(switch, "a test of the exchange", reason="MISSING_TIME")
    assert (proposed.records, outcomes(switch)) == (2, (1, 0, 3))

    switch.principal = checker
    approved = service.approve(switch, proposed.id)

    assert (approved.status, approved.written_off) == ("approved", 2)
    assert (approved.proposed_by, approved.decided_by) == (maker.name, checker.name)
    assert outcomes(switch) == (1, 2, 1)
    assert [each.reason for each in suspense.open_suspense(switch)] == ["BAD_DURATION"]
    with pytest.raises(WriteOffDecided):
        service.approve(switch, proposed.id)


def test_nobody_approves_alone(switch: TenantSession) -> None:
    maker = a_person(switch)
    switch.principal = maker
    proposed = service.propose(switch, "a test of the exchange")

    for principal, refusal in (
        (maker, ProposerMayNotApprove),
        (Principal("key of ola", Role.OPERATOR, maker.user_id), ProposerMayNotApprove),
        (Principal("system", Role.SYSTEM), NotAPerson),
        (a_person(switch, Role.FINANCE_MAKER, "ewa"), NotAllowed),
    ):
        switch.principal = principal
        with pytest.raises(refusal):
            service.approve(switch, proposed.id)

    assert outcomes(switch) == (1, 0, 3)


def test_a_record_repaired_before_the_approval_is_not_written_off(switch: TenantSession) -> None:
    proposed = service.propose(switch, "a test of the exchange")
    [first, *_] = suspense.open_suspense(switch)
    suspense.repair(switch, first.id, {"occurred_at": "2026-10-05 12:00:00"}, "found in the log")
    recycling.recycle(switch, [first.id])

    switch.principal = a_person(switch)
    approved = service.approve(switch, proposed.id)

    assert (approved.records, approved.written_off) == (3, 2)
    assert outcomes(switch) == (2, 2, 0)


def test_a_rejected_proposal_leaves_the_records_waiting(switch: TenantSession) -> None:
    proposed = service.propose(switch, "a test of the exchange")

    rejected = service.reject(switch, proposed.id, "they are calls of customers")

    assert rejected.status == "rejected"
    assert outcomes(switch) == (1, 0, 3)
    assert service.write_offs(switch) == [rejected]


def test_a_proposal_says_why_and_names_something(switch: TenantSession) -> None:
    with pytest.raises(WriteOffWithoutReason):
        service.propose(switch, "  ")
    with pytest.raises(NothingToWriteOff):
        service.propose(switch, "why not", reason="NO_RATE")
    with pytest.raises(NothingToWriteOff):
        service.propose(switch, "why not", reason="MISSING_TIME", stage="rating")
    with pytest.raises(NoSuchWriteOff):
        service.reject(switch, switch.ids.new(), "unknown")
