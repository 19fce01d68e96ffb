"""Put an account below another from a day on, and tell who pays for whom."""

import datetime as dt
from collections import defaultdict
from uuid import UUID

from settlement.parties import service as parties
from settlement.parties.account import (
    AccountMovedLater,
    AccountOfItself,
    DatedParent,
    NotAnAccount,
    topmost,
)
from settlement.parties.accounts import store
from settlement.parties.party import Kind, Party
from tenants.session import TenantSession


def set_parent(
    session: TenantSession, party_id: UUID, parent_id: UUID | None, valid_from: dt.date
) -> DatedParent:
    """Let another account pay for this one from a day on; None: it pays for itself again.

    The same again changes nothing. Raises NoSuchParty, NotAnAccount, AccountOfItself,
    AccountMovedLater.
    """
    store.lock(session)
    party = _account(session, party_id)
    rows = store.rows_of(session, party_id)
    last = rows[-1] if rows else None
    if last is None and parent_id is None:
        return DatedParent(party_id, None, valid_from)
    if last is not None and last.parent_id == parent_id and last.valid_from <= valid_from:
        return _dated(last)
    if last is not None and last.valid_from >= valid_from:
        raise AccountMovedLater(party=party.code, valid_from=last.valid_from)
    if parent_id is not None:
        _require_no_ring(session, party, _account(session, parent_id))
    if last is not None:
        last.valid_until = valid_from
        session.flush()
    row = store.ParentAccountRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        party_id=party_id,
        parent_id=parent_id,
        valid_from=valid_from,
        valid_until=None,
        recorded_at=session.now(),
        recorded_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    return _dated(row)


def parents(session: TenantSession, party_id: UUID) -> list[DatedParent]:
    """The parents of an account, the earliest first. Raises NoSuchParty."""
    parties.party(session, party_id)
    return [_dated(row) for row in store.rows_of(session, party_id)]


def sub_accounts(session: TenantSession, party_id: UUID, day: dt.date) -> list[Party]:
    """The accounts right below another on a day, by their codes."""
    below = [of for of, parent in store.parents_on(session, day).items() if parent == party_id]
    return sorted((parties.party(session, each) for each in below), key=lambda each: each.code)


def payers_on(session: TenantSession, day: dt.date) -> dict[UUID, UUID]:
    """Who pays on a day for each account that does not pay for itself."""
    return topmost(store.parents_on(session, day))


def payers_ever(session: TenantSession) -> dict[UUID, set[UUID]]:
    """All accounts that are, were or will be anywhere above an account."""
    above: dict[UUID, set[UUID]] = defaultdict(set)
    for row in store.all_rows(session):
        if row.parent_id is not None:
            above[row.party_id].add(row.parent_id)
    found = {account: set(of) for account, of in above.items()}
    for account, seen in found.items():
        fresh = set(seen)
        while fresh:
            fresh = {up for each in fresh for up in above.get(each, ())} - seen - {account}
            seen |= fresh
    return found


def _account(session: TenantSession, party_id: UUID) -> Party:
    party = parties.party(session, party_id)
    if party.kind is not Kind.CUSTOMER:
        raise NotAnAccount(party=party.code, kind=party.kind.value)
    return party


def _require_no_ring(session: TenantSession, party: Party, parent: Party) -> None:
    """Refuse a parent that ever stands below the account, whatever the day."""
    if parent.id == party.id or party.id in payers_ever(session).get(parent.id, ()):
        raise AccountOfItself(party=party.code, parent=parent.code)


def _dated(row: store.ParentAccountRow) -> DatedParent:
    return DatedParent(row.party_id, row.parent_id, row.valid_from, row.valid_until)
