"""Propose to waive what leaving early costs, approve or reject that.

An approved waiver holds for the subscription whenever it ends: no fee is charged for leaving early,
and one that was charged in a closed period is taken back.
"""

from uuid import UUID

from settlement.agreements.condition import checked_reason
from settlement.agreements.contracts import service as contracts
from settlement.agreements.leaving_waiver import (
    LeavingWaivedAlready,
    LeavingWaiver,
    LeavingWaiverDecided,
    NoSuchLeavingWaiver,
)
from settlement.agreements.leaving_waivers import store
from tenants.four_eyes import decide, proposed_now, require_another_person, undecided
from tenants.session import TenantSession
from tenants.values import value_of


def propose(session: TenantSession, subscription_id: UUID, reason: str) -> LeavingWaiver:
    """Propose to waive the fee of a subscription, with the reason.

    Raises NoSuchSubscription, ReasonNeeded and LeavingWaivedAlready.
    """
    for each in waivers_of(session, subscription_id):
        if each.status != "rejected":
            raise LeavingWaivedAlready(status=each.status)
    row = store.LeavingWaiverRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        subscription_id=subscription_id,
        reason=checked_reason(reason),
        **proposed_now(session),
    )
    session.add(row)
    session.flush()
    return value_of(LeavingWaiver, row)


def approve(session: TenantSession, waiver_id: UUID) -> LeavingWaiver:
    """Agree to a waiver that somebody else proposed.

    Raises NoSuchLeavingWaiver, LeavingWaiverDecided, NotAPerson and ProposerMayNotApprove.
    """
    session.principal.require("corrections:approve")
    row = _undecided(session, waiver_id)
    require_another_person(session.principal, row.proposed_by, row.proposed_by_id)
    decide(session, row, "approved")
    return value_of(LeavingWaiver, row)


def reject(session: TenantSession, waiver_id: UUID, why: str) -> LeavingWaiver:
    """Reject a waiver; the fee stays. Raises NoSuchLeavingWaiver and LeavingWaiverDecided."""
    row = _undecided(session, waiver_id)
    session.explain(why)
    decide(session, row, "rejected")
    return value_of(LeavingWaiver, row)


def waivers_of(session: TenantSession, subscription_id: UUID) -> list[LeavingWaiver]:
    """The waivers of a subscription, the newest first. Raises NoSuchSubscription."""
    contracts.subscription(session, subscription_id)
    return [value_of(LeavingWaiver, row) for row in store.rows_of(session, subscription_id)]


def waived(session: TenantSession) -> frozenset[UUID]:
    """The subscriptions that are not charged for leaving early."""
    return frozenset(store.approved(session))


def _undecided(session: TenantSession, waiver_id: UUID) -> store.LeavingWaiverRow:
    row = store.held_row(session, waiver_id)
    return undecided(row, NoSuchLeavingWaiver, LeavingWaiverDecided, waiver=waiver_id)
