"""Propose to take a return back, approve or reject that; then its records are ours to repair.

A network refuses a return, or acknowledges nothing. A write-off that waits is rejected with it;
records that were given up by then are not taken back. The number of the RAP file stays used, and
its records are not returned a second time.
"""

from uuid import UUID

from mediation import service as mediation
from mediation.giving_back import service as giving_back
from mediation.writing_off import service as writing_off
from settlement.interconnect.roaming.returning import service as returning
from settlement.interconnect.roaming.taking_back import store
from settlement.interconnect.roaming.taking_back.take_back import (
    NoSuchTakeBack,
    NothingToTakeBack,
    TakeBack,
    TakeBackDecided,
    TakeBackWithoutReason,
    TakenBackBefore,
)
from tenants.four_eyes import decide, proposed_now, require_another_person, undecided
from tenants.session import TenantSession
from tenants.values import value_of


def propose(session: TenantSession, file_id: UUID, why: str) -> TakeBack:
    """Propose to take back what a RAP file of ours returned.

    Raises NoSuchSentRapFile, NothingToTakeBack, TakenBackBefore and TakeBackWithoutReason.
    """
    if not why.strip():
        raise TakeBackWithoutReason
    file, _ = returning.returned_of(session, file_id)
    if file.batch_id is None:
        raise NothingToTakeBack(file=file.name)
    if store.is_asked(session, file_id):
        raise TakenBackBefore(file=file.name)
    row = store.TakeBackRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        sent_rap_file_id=file_id,
        why=why.strip(),
        **proposed_now(session),
    )
    session.add(row)
    session.flush()
    return value_of(TakeBack, row)


def approve(session: TenantSession, take_back_id: UUID) -> TakeBack:
    """Approve it: the records can be repaired and sent on again, or the file be read again.

    Raises NoSuchTakeBack, TakeBackDecided, NotAPerson, ProposerMayNotApprove, GivenUpSince and
    CameAgain.
    """
    session.principal.require("corrections:approve")
    row = _undecided(session, take_back_id)
    require_another_person(session.principal, row.proposed_by, row.proposed_by_id)
    session.explain(row.why)
    file, lines = returning.returned_of(session, row.sent_rap_file_id)
    assert file.batch_id is not None, "what gave nothing back is not proposed"
    giving_back.take_back(session, mediation.the_batch(session, file.batch_id), lines)
    if file.write_off_id is not None:
        write_off = writing_off.write_off(session, file.write_off_id)
        if write_off.status == "proposed":
            writing_off.reject(session, write_off.id, row.why)
    decide(session, row, "approved")
    return value_of(TakeBack, row)


def reject(session: TenantSession, take_back_id: UUID, why: str) -> TakeBack:
    """Reject it: what was returned stays returned. Raises NoSuchTakeBack and TakeBackDecided."""
    row = _undecided(session, take_back_id)
    session.explain(why)
    decide(session, row, "rejected")
    return value_of(TakeBack, row)


def take_backs(session: TenantSession) -> list[TakeBack]:
    """All of them, the newest first."""
    return [value_of(TakeBack, row) for row in store.rows(session)]


def _undecided(session: TenantSession, take_back_id: UUID) -> store.TakeBackRow:
    row = store.held_row(session, take_back_id)
    return undecided(row, NoSuchTakeBack, TakeBackDecided, take_back=take_back_id)
