"""Keep on which day of a month a customer's bills begin, and tell which day it was."""

import datetime as dt
from collections import defaultdict
from uuid import UUID

from i18n.errors import Conflict, Invalid
from settlement.parties import service as parties
from settlement.parties.cycle_day import DatedCycleDay, checked_day
from settlement.parties.cycle_days import store
from settlement.parties.party import Kind
from tenants.persistence.dated import end_last
from tenants.session import TenantSession


class NotBilled(Invalid):
    """{party} is a {kind}, and only customers are billed by cycles. Choose a customer."""


class CycleDayLater(Conflict):
    """{party} has a cycle day from {valid_from} already. Take a later day."""


def set_cycle_day(
    session: TenantSession, party_id: UUID, day: int, valid_from: dt.date
) -> DatedCycleDay:
    """Begin a customer's bills on this day of each month, from a date on.

    The same day again changes nothing. Raises NoSuchParty, NotBilled, CycleDayLater and
    CycleDayUnusable.
    """
    party = parties.party(session, party_id)
    if party.kind is not Kind.CUSTOMER:
        raise NotBilled(party=party.code, kind=party.kind.value)
    day = checked_day(day)
    rows = store.rows_of(session, party_id)
    if rows and rows[-1].day == day and rows[-1].valid_from <= valid_from:
        return _dated(rows[-1])
    end_last(session, rows, valid_from, CycleDayLater, party.code)
    row = store.CycleDayRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        party_id=party_id,
        day=day,
        valid_from=valid_from,
        valid_until=None,
        recorded_at=session.now(),
        recorded_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    return _dated(row)


def cycle_days(session: TenantSession, party_id: UUID) -> list[DatedCycleDay]:
    """The cycle days of a customer, the earliest first; before them, the calendar month.

    Raises NoSuchParty.
    """
    parties.party(session, party_id)
    return [_dated(row) for row in store.rows_of(session, party_id)]


def all_cycle_days(session: TenantSession) -> dict[UUID, list[DatedCycleDay]]:
    """The cycle days of all customers who ever had one, by party, the earliest first."""
    found: dict[UUID, list[DatedCycleDay]] = defaultdict(list)
    for row in store.all_rows(session):
        found[row.party_id].append(_dated(row))
    return dict(found)


def _dated(row: store.CycleDayRow) -> DatedCycleDay:
    return DatedCycleDay(row.day, row.valid_from, row.valid_until)
