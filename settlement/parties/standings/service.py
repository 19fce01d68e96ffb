"""Class customers from a day on, and tell how they were classed."""

import datetime as dt
from collections import defaultdict
from uuid import UUID

from i18n.errors import Conflict, Invalid
from settlement.parties import service as parties
from settlement.parties.party import Kind
from settlement.parties.standing import DatedStanding, Standing, checked_standing
from settlement.parties.standings import store
from tenants.persistence.dated import end_last
from tenants.session import TenantSession


class NotClassed(Invalid):
    """{party} is a {kind}, and only customers are classed. Choose a customer."""


class ClassedLater(Conflict):
    """{party} is classed from {valid_from} already. Class it from a later day."""


def set_standing(
    session: TenantSession, party_id: UUID, standing: Standing, valid_from: dt.date
) -> DatedStanding:
    """Class a customer from a day on; the standing before it ends there.

    The same standing again changes nothing. Raises NoSuchParty, NotClassed, ClassedLater and
    StandingUnclear.
    """
    party = parties.party(session, party_id)
    if party.kind is not Kind.CUSTOMER:
        raise NotClassed(party=party.code, kind=party.kind.value)
    standing = checked_standing(standing)
    rows = store.standing_rows(session, party_id)
    if rows and _standing_of(rows[-1]) == standing and rows[-1].valid_from <= valid_from:
        return _dated(rows[-1])
    end_last(session, rows, valid_from, ClassedLater, party.code)
    row = store.StandingRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        party_id=party_id,
        customer_class=standing.customer_class,
        segments=list(standing.segments),
        territory=standing.territory,
        valid_from=valid_from,
        valid_until=None,
    )
    session.add(row)
    session.flush()
    return _dated(row)


def standings(session: TenantSession, party_id: UUID) -> list[DatedStanding]:
    """How a customer was and is classed, the earliest first. Raises NoSuchParty."""
    parties.party(session, party_id)
    return [_dated(row) for row in store.standing_rows(session, party_id)]


def standings_between(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date
) -> dict[UUID, list[DatedStanding]]:
    """How customers were classed on the days of [starts_on, ends_on), by party."""
    found: dict[UUID, list[DatedStanding]] = defaultdict(list)
    for row in store.standings_between(session, starts_on, ends_on):
        found[row.party_id].append(_dated(row))
    return found


def _standing_of(row: store.StandingRow) -> Standing:
    return Standing(row.customer_class, tuple(row.segments), row.territory)


def _dated(row: store.StandingRow) -> DatedStanding:
    return DatedStanding(_standing_of(row), row.valid_from, row.valid_until)
