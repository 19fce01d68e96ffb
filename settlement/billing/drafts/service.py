"""Keep drafts: drafting again replaces them, and what is unchanged stays approved."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import cast
from uuid import UUID

from settlement.billing.draft_document import DraftDocument, NoSuchDraft, is_same
from settlement.billing.drafts import store
from settlement.billing.invoice import owed_by
from statements.document import Document, Kind
from statements.filing import Filing
from statements.forms import restored, stored
from tenants.session import TenantSession

NOT_ISSUED = ("drafted", "approved")
THROWN_AWAY = "thrown_away"
OF_RUNS = "invoice:"

# A draft held for its change; its rows are written through this service alone.
Row = store.DraftRow
New = tuple[Document, Filing, tuple[UUID, ...]]


def keep(session: TenantSession, drafts: Sequence[New], today: dt.date) -> list[DraftDocument]:
    """Keep drafts over charges, in the place of those before over the same charges.

    A draft that says the same as the one before stays as it is, approval and all.
    """
    purposes = [filing.purpose for _, filing, _ in drafts]
    charges = {charge for _, _, of in drafts for charge in of}
    store.remove_over(session, charges, OF_RUNS, purposes)
    known = store.rows_for(session, purposes)
    for draft, filing, of in drafts:
        row = known.get(filing.purpose)
        if row is None:
            row = known[filing.purpose] = _row(session, draft, filing, of, today)
            session.add(row)
        elif row.status == THROWN_AWAY or (
            row.status != "issued" and not _is_unchanged(row, draft, of)
        ):
            change(session, row, draft, of, today)
    session.flush()
    return [draft_of(known[purpose]) for purpose in purposes]


def change(
    session: TenantSession,
    row: store.DraftRow,
    draft: Document,
    charges: Sequence[UUID],
    today: dt.date,
) -> None:
    """Let a draft say something else; whoever changes it has drafted it, and nobody approved it."""
    row.kind = draft.kind.value
    row.owed = owed_by(draft).amount
    row.content = stored(draft)
    row.charges = list(charges)
    row.status, row.approved_at, row.approved_by = "drafted", None, None
    row.drafted_on, row.drafted_at = today, session.now()
    row.drafted_by, row.drafted_by_id = session.principal.name, session.principal.user_id
    session.flush()


def forget(session: TenantSession, row: store.DraftRow) -> None:
    """Throw a draft away; the next drafting over its charges takes its place."""
    row.status, row.approved_at, row.approved_by = THROWN_AWAY, None, None
    session.flush()


def drafts(session: TenantSession, statuses: Collection[str] = NOT_ISSUED) -> list[DraftDocument]:
    """Drafts that are not issued, or those in some states."""
    return [draft_of(row) for row in store.draft_rows(session, statuses)]


def draft(session: TenantSession, draft_id: UUID) -> DraftDocument:
    """One draft. Raises NoSuchDraft."""
    return draft_of(hold(session, [draft_id])[0])


def hold(session: TenantSession, ids: Collection[UUID]) -> list[store.DraftRow]:
    """The rows of drafts, locked, in the order of customers' purposes. Raises NoSuchDraft."""
    found = store.held_rows(session, ids)
    missing = set(ids) - {row.id for row in found}
    if missing:
        raise NoSuchDraft(draft=min(missing))
    return sorted(found, key=lambda row: row.purpose)


def leave_out(
    session: TenantSession, charges: Sequence[UUID], ends_on: dt.date, reason: str
) -> None:
    """Take charges off the documents of the month that ends on a day."""
    before = store.left_out(session, ends_on)
    session.add_all(
        store.LeftOutRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            charge_id=charge,
            ends_on=ends_on,
            reason=reason,
            recorded_at=session.now(),
            recorded_by=session.principal.name,
        )
        for charge in charges
        if charge not in before
    )
    session.flush()


def left_out(session: TenantSession, ends_on: dt.date) -> frozenset[UUID]:
    """The charges that are on no document of the month that ends on a day."""
    return store.left_out(session, ends_on)


def draft_of(row: store.DraftRow) -> DraftDocument:
    """What a row says."""
    return DraftDocument(
        id=row.id,
        filing=Filing(row.party_id, row.purpose, row.period_id),
        content=_content(row),
        charges=tuple(row.charges),
        status=row.status,
        drafted_on=row.drafted_on,
        drafted_by=row.drafted_by,
        drafted_by_id=row.drafted_by_id,
        approved_by=row.approved_by,
        document_id=row.document_id,
    )


def _content(row: store.DraftRow) -> Document:
    return cast(Document, restored(Kind(row.kind), row.content))


def _is_unchanged(row: store.DraftRow, draft: Document, charges: Sequence[UUID]) -> bool:
    return set(row.charges) == set(charges) and is_same(_content(row), draft)


def _row(
    session: TenantSession,
    draft: Document,
    filing: Filing,
    charges: Sequence[UUID],
    today: dt.date,
) -> store.DraftRow:
    return store.DraftRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        party_id=filing.party_id,
        period_id=filing.period_id,
        purpose=filing.purpose,
        kind=draft.kind.value,
        currency=draft.currency,
        owed=owed_by(draft).amount,
        content=stored(draft),
        charges=list(charges),
        status="drafted",
        drafted_on=today,
        drafted_at=session.now(),
        drafted_by=session.principal.name,
        drafted_by_id=session.principal.user_id,
        approved_at=None,
        approved_by=None,
        document_id=None,
    )
