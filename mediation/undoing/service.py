"""Undo a batch: propose it, and once somebody else agrees it is as if the file had never come.

Its usage counts no more, its keys and its file number are free, what waited of it waits no more.
Calls that it completed wait for their part again. Later files are asked anew about what they were
refused because of it: the same bytes, the same records, the same number. Nothing is erased: bytes,
counts and the trail stay, and closed months are corrected by the next rating.
"""

from uuid import UUID

from mediation.batch import Batch
from mediation.exporters import service as exporters
from mediation.kept import service as kept
from mediation.landing import service as landing
from mediation.suspense import service as suspense
from mediation.undoing import store
from mediation.undoing.calls import service as calls
from mediation.undoing.later import service as later
from mediation.undoing.undo import (
    NoSuchUndo,
    NotLoaded,
    PartReturned,
    TemplatesNeeded,
    Undo,
    UndoDecided,
    UndoWaiting,
    UndoWithoutReason,
)
from tenants.four_eyes import decide, proposed_now, require_another_person, undecided
from tenants.session import TenantSession
from tenants.values import value_of


def propose(session: TenantSession, batch_id: UUID, why: str) -> Undo:
    """Propose to take a loaded batch back.

    Raises: NoSuchBatch, NotLoaded, PartReturned, TemplatesNeeded, UndoWaiting,
        UndoWithoutReason.
    """
    if not why.strip():
        raise UndoWithoutReason
    batch = landing.the_batch(session, batch_id)
    kept.lock(session, kept.source_of(session, batch))
    _must_be_loaded(session, batch_id)
    _must_not_be_leant_on(session, batch)
    _must_not_be_returned(session, batch)
    if any(each.status == "proposed" for each in store.rows(session, batch_id)):
        raise UndoWaiting(file=batch.file_name)
    row = store.UndoRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        batch_id=batch_id,
        why=why.strip(),
        **proposed_now(session),
    )
    session.add(row)
    session.flush()
    return value_of(Undo, row)


def approve(session: TenantSession, undo_id: UUID) -> Undo:
    """Approve an undoing, which takes the batch back at once.

    Raises: NoSuchUndo, UndoDecided, NotAPerson, ProposerMayNotApprove, NotLoaded,
        PartReturned, TemplatesNeeded.
    """
    session.principal.require("corrections:approve")
    row = _undecided(session, undo_id)
    require_another_person(session.principal, row.proposed_by, row.proposed_by_id)
    session.explain(row.why)
    _take_back(session, row.batch_id, row.why)
    decide(session, row, "approved")
    return value_of(Undo, row)


def reject(session: TenantSession, undo_id: UUID, why: str) -> Undo:
    """Reject an undoing; the file stays loaded. Raises NoSuchUndo, UndoDecided."""
    row = _undecided(session, undo_id)
    session.explain(why)
    decide(session, row, "rejected")
    return value_of(Undo, row)


def undos(session: TenantSession, batch_id: UUID | None = None) -> list[Undo]:
    """All undoings, or those of one batch, the newest first."""
    return [value_of(Undo, row) for row in store.rows(session, batch_id)]


def _take_back(session: TenantSession, batch_id: UUID, why: str) -> None:
    batch = landing.the_batch(session, batch_id)
    registered = kept.source_of(session, batch)
    kept.lock(session, registered)
    _must_be_loaded(session, batch_id)
    _must_not_be_leant_on(session, batch)
    _must_not_be_returned(session, batch)
    keys = later.keys_of(session, batch)
    holders = calls.take_apart(session, registered, batch_id)
    landing.take_back(session, batch_id)
    undone = landing.mark_undone(session, batch_id, why)
    calls.put_together(session, holders)
    later.ask_again(session, registered, undone, keys)


def _must_be_loaded(session: TenantSession, batch_id: UUID) -> None:
    batch = landing.the_batch(session, batch_id)
    if batch.status != "landed":
        raise NotLoaded(file=batch.file_name, status=batch.status)


def _must_not_be_leant_on(session: TenantSession, batch: Batch) -> None:
    others = exporters.leaning_on(session, batch.source_id, batch.id)
    if others:
        raise TemplatesNeeded(file=batch.file_name, others=", ".join(others))


def _must_not_be_returned(session: TenantSession, batch: Batch) -> None:
    """Loaded again it would be charged, and was given back all the same."""
    returned_as = suspense.returned_in(session, batch.id)
    if returned_as is not None:
        raise PartReturned(file=batch.file_name, returned_as=returned_as)


def _undecided(session: TenantSession, undo_id: UUID) -> store.UndoRow:
    row = store.held_row(session, undo_id)
    return undecided(row, NoSuchUndo, UndoDecided, undo=undo_id)
