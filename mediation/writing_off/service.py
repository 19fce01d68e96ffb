"""Propose to write records off, approve or reject that; what is written off is never charged.

Each record written off becomes a rejected one of its batch, so that records still add up. Records
that have left suspense between proposal and approval are left alone.
"""

from collections.abc import Sequence
from uuid import UUID

from mediation.landing import service as landing
from mediation.recycling import service as recycling
from mediation.suspense import service as suspense
from mediation.writing_off import store
from mediation.writing_off.write_off import (
    NoSuchWriteOff,
    NothingToWriteOff,
    WriteOff,
    WriteOffDecided,
    WriteOffWithoutReason,
)
from tenants.four_eyes import decide, proposed_now, require_another_person, undecided
from tenants.session import TenantSession
from tenants.values import value_of


def propose(
    session: TenantSession,
    why: str,
    *,
    records: Sequence[UUID] | None = None,
    reason: str | None = None,
    stage: str | None = None,
) -> WriteOff:
    """Propose to give up the named records, or all that wait for a reason at a stage.

    Raises: NothingToWriteOff, WriteOffWithoutReason.
    """
    if not why.strip():
        raise WriteOffWithoutReason
    named = _waiting(session, records, reason, stage)
    if not named:
        raise NothingToWriteOff
    row = store.WriteOffRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        why=why.strip(),
        records=len(named),
        written_off=0,
        **proposed_now(session),
    )
    session.add(row)
    session.flush()
    store.name_records(session, row.id, named)
    return value_of(WriteOff, row)


def approve(session: TenantSession, write_off_id: UUID) -> WriteOff:
    """Approve a write-off: its records that still wait are given up.

    Raises: NoSuchWriteOff, WriteOffDecided, NotAPerson, ProposerMayNotApprove.
    """
    session.principal.require("corrections:approve")
    row = _undecided(session, write_off_id)
    require_another_person(session.principal, row.proposed_by, row.proposed_by_id)
    named = frozenset(store.records_of(session, write_off_id))
    # Nothing else counts these batches while their records move.
    batches = {each.batch_id for each in suspense.open_places(session) if each.id in named}
    for source_id in sorted({landing.the_batch(session, each).source_id for each in batches}):
        landing.lock_source(session, source_id)
    for place in suspense.open_places(session):
        if place.id in named:
            recycling.reject(session, place.id, row.why)
            row.written_off += 1
    decide(session, row, "approved")
    return value_of(WriteOff, row)


def reject(session: TenantSession, write_off_id: UUID, why: str) -> WriteOff:
    """Reject a write-off; its records wait on. Raises NoSuchWriteOff, WriteOffDecided."""
    row = _undecided(session, write_off_id)
    session.explain(why)
    decide(session, row, "rejected")
    return value_of(WriteOff, row)


def write_off(session: TenantSession, write_off_id: UUID) -> WriteOff:
    """One write-off. Raises NoSuchWriteOff."""
    row = store.held_row(session, write_off_id)
    if row is None:
        raise NoSuchWriteOff(write_off=write_off_id)
    return value_of(WriteOff, row)


def write_offs(session: TenantSession) -> list[WriteOff]:
    """All write-offs, the newest first."""
    return [value_of(WriteOff, row) for row in store.rows(session)]


def _waiting(
    session: TenantSession, records: Sequence[UUID] | None, reason: str | None, stage: str | None
) -> list[UUID]:
    named = None if records is None else frozenset(records)
    return [
        place.id
        for place in suspense.open_places(session, stage)
        if (named is None or place.id in named) and reason in (None, place.reason)
    ]


def _undecided(session: TenantSession, write_off_id: UUID) -> store.WriteOffRow:
    row = store.held_row(session, write_off_id)
    return undecided(row, NoSuchWriteOff, WriteOffDecided, write_off=write_off_id)
