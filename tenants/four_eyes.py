"""Four eyes: what one person proposes, another approves.

People are compared, not names: a key acts for the person it belongs to, so nobody approves their
own proposal through a key of theirs.
"""

from typing import Any, TypeVar
from uuid import UUID

from i18n.errors import Conflict, Forbidden, NotFound
from tenants.persistence.tables import Decided
from tenants.principal import Principal
from tenants.session import TenantSession

Waiting = TypeVar("Waiting", bound=Decided)


class NotAPerson(Forbidden):
    """This is approved by a person. Sign in, or use a key that belongs to somebody."""


class ProposerMayNotApprove(Forbidden):
    """This was proposed by {proposed_by}. Somebody else has to approve it."""


def require_another_person(
    principal: Principal, proposed_by: str, proposed_by_id: UUID | None
) -> None:
    """Refuse whoever is no person, and the person who made the proposal.

    Raises: NotAPerson, ProposerMayNotApprove.
    """
    if principal.user_id is None:
        raise NotAPerson
    if principal.user_id == proposed_by_id or principal.name == proposed_by:
        raise ProposerMayNotApprove(proposed_by=proposed_by)


def proposed_now(session: TenantSession) -> dict[str, Any]:
    """The columns of a row (`tables.Proposed`) that is proposed now by whoever asks."""
    return {
        "status": "proposed",
        "proposed_by": session.principal.name,
        "proposed_by_id": session.principal.user_id,
        "proposed_at": session.now(),
        "decided_by": None,
        "decided_by_id": None,
        "decided_at": None,
    }


def undecided(
    row: Waiting | None, missing: type[NotFound], decided: type[Conflict], **named: UUID
) -> Waiting:
    """The row of a proposal that waits for its decision; `named` is what the errors call it.

    Raises `missing` where there is no row, and `decided`, with its status, where it waits no more.
    """
    if row is None:
        raise missing(**named)
    if row.status != "proposed":
        raise decided(**named, status=row.status)
    return row


def decide(session: TenantSession, row: Decided, status: str) -> None:
    """Write down a decision, and that whoever asks made it."""
    row.status = status
    row.decided_by, row.decided_by_id = session.principal.name, session.principal.user_id
    row.decided_at = session.now()
    session.flush()
