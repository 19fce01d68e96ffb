"""Commands that take a wrongly loaded file back: one person proposes, another approves."""

from typing import Any
from uuid import UUID

import click

from mediation.undoing import service as undoing
from mediation.undoing.undo import Undo
from settlement.app.commands.acting import AS_USER, person_of
from settlement.app.console import Answer, Office, answers

PROPOSE = "usage:write"
DECIDE = "corrections:approve"


@click.group()
def undo() -> None:
    """Taking files back: proposed by one person, approved by another."""


@undo.command("propose")
@click.argument("tenant")
@click.argument("file", type=click.UUID)
@click.option("--why", required=True, help="Why it should not have come; the audit keeps it.")
@AS_USER
@answers
def propose(office: Office, tenant: str, file: UUID, why: str, email: str) -> Answer:
    """Propose to take FILE back, the id that its ingest answered with; it stays until approved."""
    proposer = person_of(office, tenant, email)
    proposer.require(PROPOSE)
    with office.work_as(tenant, proposer, "undoing.propose") as session:
        return _told(undoing.propose(session, file, why))


@undo.command("approve")
@click.argument("tenant")
@click.argument("proposal", type=click.UUID)
@AS_USER
@answers
def approve(office: Office, tenant: str, proposal: UUID, email: str) -> Answer:
    """Take the file back with all that came of it; never by whoever proposed it."""
    approver = person_of(office, tenant, email)
    with office.work_as(tenant, approver, "undoing.approve") as session:
        return _told(undoing.approve(session, proposal))


@undo.command("reject")
@click.argument("tenant")
@click.argument("proposal", type=click.UUID)
@click.option("--why", required=True, help="Why the file stays.")
@AS_USER
@answers
def reject(office: Office, tenant: str, proposal: UUID, why: str, email: str) -> Answer:
    """Leave the file loaded."""
    decider = person_of(office, tenant, email)
    if not decider.may(DECIDE):
        decider.require(PROPOSE)
    with office.work_as(tenant, decider, "undoing.reject") as session:
        return _told(undoing.reject(session, proposal, why))


@undo.command("list")
@click.argument("tenant")
@answers
def list_undos(office: Office, tenant: str) -> Answer:
    """All proposals to take files back, the newest first."""
    with office.look(tenant) as session:
        return [_told(each) for each in undoing.undos(session)]


def _told(found: Undo) -> dict[str, Any]:
    return {
        "id": found.id,
        "file": found.batch_id,
        "status": found.status,
        "why": found.why,
        "proposed_by": found.proposed_by,
        "decided_by": found.decided_by,
    }
