"""Import numbered resources, reserve them, give them out and take them back."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from i18n.locale import until_when
from settlement.inventory import store
from settlement.inventory.resource import (
    NoSuchResource,
    NothingToFree,
    Occupation,
    ReservationUnclear,
    Resource,
    ResourceNotFree,
    ResourceRange,
    ResourcesExist,
    State,
    Stay,
    checked_quarantine,
)
from settlement.parties import service as parties
from tenants.directory.service import own_tenant
from tenants.session import TenantSession
from tenants.values import value_of

LONGEST_WORDS = 200


def today(session: TenantSession) -> dt.date:
    """The present date by the tenant's clocks."""
    return session.now().astimezone(ZoneInfo(own_tenant(session).time_zone)).date()


def import_resources(
    session: TenantSession, name: str, kind: str, codes: Sequence[str], quarantine_days: int
) -> ResourceRange:
    """Keep resources of a kind, as one set, all free.

    Codes come from `numbers_between` or `checked_codes`. Raises ResourcesExist and
    QuarantineUnclear.
    """
    known = store.known_codes(session, codes)
    if known:
        raise ResourcesExist(count=len(known), code=known[0])
    row = store.RangeRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        name=name,
        kind=kind,
        quarantine_days=checked_quarantine(quarantine_days),
        imported_at=session.now(),
        imported_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    ids = session.ids.many(len(codes))
    store.add_resources(
        session,
        (
            (session.tenant_id, identity, row.id, kind, code)
            for identity, code in zip(ids, codes, strict=True)
        ),
    )
    return value_of(ResourceRange, row)


def ranges(session: TenantSession) -> list[ResourceRange]:
    """What was imported, in the order in which it came."""
    return [value_of(ResourceRange, row) for row in store.ranges(session)]


def resources(
    session: TenantSession,
    on: dt.date,
    kind: str | None = None,
    state: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[Resource]:
    """Resources as they are on a day, in the order of their codes; a page begins after one."""
    rows = store.on_day(session, on, kind, state, after, limit)
    return [Resource(**row._mapping) for row in rows]


def resource(session: TenantSession, resource_id: UUID, on: dt.date) -> Resource:
    """One resource as it is on a day. Raises NoSuchResource."""
    row = store.one_on_day(session, resource_id, on)
    if row is None:
        raise NoSuchResource(resource=resource_id)
    return Resource(**row._mapping)


def counts(session: TenantSession, on: dt.date) -> list[tuple[str, str, int]]:
    """How many resources of each kind are in each state on a day."""
    return store.counted(session, on)


def history(session: TenantSession, resource_id: UUID) -> list[Stay]:
    """What became of a resource, the earliest first. Raises NoSuchResource."""
    _row(session, resource_id)
    return [_stay_of(row) for row in store.stays_of(session, [resource_id])]


def reserve(
    session: TenantSession,
    resource_id: UUID,
    held_for: str,
    valid_from: dt.date,
    due_on: dt.date,
    party: str | None = None,
) -> Resource:
    """Hold a free resource until a day, for a customer or for what the words say.

    Raises NoSuchResource, NoSuchParty, ResourceNotFree and ReservationUnclear.
    """
    row = _row(session, resource_id)
    words = held_for.strip()
    if due_on <= valid_from or not 0 < len(words) <= LONGEST_WORDS or not words.isprintable():
        raise ReservationUnclear(valid_from=valid_from, due_on=due_on)
    party_id = None if party is None else parties.party_by_code(session, party).id
    held = store.resting(session, [row.code])
    assert held, "a resource that is there is held"
    _require_free(session, row, valid_from, due_on)
    wanted = Stay("reserved", valid_from, None, due_on, None, party_id, words)
    _add(session, row.id, wanted)
    session.flush()
    return resource(session, resource_id, valid_from)


def free(session: TenantSession, resource_id: UUID, on: dt.date) -> Resource:
    """End a reservation or a quarantine on a day, before it is due.

    Raises NoSuchResource and NothingToFree.
    """
    row = _row(session, resource_id)
    for stay in store.stays_of(session, [resource_id]):
        if _stay_of(stay).holds_on(on) and stay.state != "busy":
            stay.valid_until = on
            session.flush()
            return resource(session, resource_id, on)
    found = resource(session, resource_id, on)
    raise NothingToFree(code=row.code, state=found.state, on=on)


def occupy(session: TenantSession, occupations: Iterable[Occupation]) -> None:
    """Give resources to subscriptions, as a set; codes that are none of ours are left alone.

    What is reserved for the customer becomes the customer's. Raises ResourceNotFree.
    """
    wanted = list(occupations)
    known = store.resting(session, [each.code for each in wanted])
    if not known:
        return
    stays = _by_resource(session, [row.id for row, _ in known.values()])
    for each in wanted:
        if each.code in known:
            row, days = known[each.code]
            _take_up(each, row, stays.get(row.id, []))
            session.flush()
            _give(session, row.id, each, days)
    session.flush()


def give_back(
    session: TenantSession, codes: Sequence[str], subscription_id: UUID, on: dt.date
) -> None:
    """Take resources back from a subscription on a day; they rest, then they are free."""
    known = store.resting(session, codes)
    rows = _by_resource(session, [row.id for row, _ in known.values()])
    for row, days in known.values():
        own = [each for each in rows.get(row.id, []) if each.subscription_id == subscription_id]
        for stay in own:
            if stay.state == "busy" and (stay.valid_until is None or stay.valid_until > on):
                _end(session, stay, own, max(on, stay.valid_from), days)
    session.flush()


def lapse(session: TenantSession, on: dt.date) -> dict[str, int]:
    """Write down which reservations and quarantines are over by a day; how many of each."""
    over: dict[str, int] = {"reserved": 0, "quarantine": 0}
    for row in store.lapsed(session, on):
        row.valid_until = row.due_on
        over[row.state] += 1
    session.flush()
    return over


def _take_up(wanted: Occupation, row: store.ResourceRow, stays: Sequence[store.StayRow]) -> None:
    """End what was reserved for the customer, and refuse what is not free."""
    for stay in stays:
        found = _stay_of(stay)
        if not found.meets(wanted.valid_from, wanted.valid_until):
            continue
        is_own = found.state == "reserved" and found.party_id == wanted.customer_id
        if not is_own:
            raise _not_free(row.code, found)
        stay.valid_until = max(stay.valid_from, wanted.valid_from)


def _give(session: TenantSession, resource_id: UUID, to: Occupation, days: int) -> None:
    busy = Stay("busy", to.valid_from, to.valid_until, None, to.subscription_id)
    _add(session, resource_id, busy)
    if to.valid_until is not None and days:
        _add(session, resource_id, _quarantine(to.valid_until, days, to.subscription_id))


def _end(
    session: TenantSession,
    stay: store.StayRow,
    own: Sequence[store.StayRow],
    on: dt.date,
    days: int,
) -> None:
    """End a busy stay; the rest that was to follow follows now."""
    follows = [
        each for each in own if each.state == "quarantine" and each.valid_from == stay.valid_until
    ]
    stay.valid_until = on
    session.flush()
    if follows:
        # What never began does not rest.
        rest = dt.timedelta(days if on > stay.valid_from else 0)
        follows[0].valid_from, follows[0].due_on = on, on + rest
    elif days and on > stay.valid_from:
        assert stay.subscription_id is not None, "a busy stay is somebody's"
        _add(session, stay.resource_id, _quarantine(on, days, stay.subscription_id))


def _quarantine(on: dt.date, days: int, subscription_id: UUID) -> Stay:
    return Stay("quarantine", on, None, on + dt.timedelta(days), subscription_id)


def _require_free(
    session: TenantSession, row: store.ResourceRow, first: dt.date, until: dt.date | None
) -> None:
    for stay in store.stays_of(session, [row.id]):
        found = _stay_of(stay)
        if found.meets(first, until):
            raise _not_free(row.code, found)


def _not_free(code: str, found: Stay) -> ResourceNotFree:
    until = until_when(found.ends_on)
    return ResourceNotFree(
        code=code, state=found.state, valid_from=found.valid_from, valid_until=until
    )


def _row(session: TenantSession, resource_id: UUID) -> store.ResourceRow:
    row = store.resource_row(session, resource_id)
    if row is None:
        raise NoSuchResource(resource=resource_id)
    return row


def _by_resource(
    session: TenantSession, resource_ids: Sequence[UUID]
) -> dict[UUID, list[store.StayRow]]:
    found: dict[UUID, list[store.StayRow]] = {}
    for row in store.stays_of(session, resource_ids):
        found.setdefault(row.resource_id, []).append(row)
    return found


def _stay_of(row: store.StayRow) -> Stay:
    state: State = row.state  # type: ignore[assignment]
    return value_of(Stay, row, state=state)


def _add(session: TenantSession, resource_id: UUID, stay: Stay) -> None:
    session.add(
        store.StayRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            resource_id=resource_id,
            state=stay.state,
            valid_from=stay.valid_from,
            valid_until=stay.valid_until,
            due_on=stay.due_on,
            subscription_id=stay.subscription_id,
            party_id=stay.party_id,
            held_for=stay.held_for,
            entered_at=session.now(),
            entered_by=session.principal.name,
        )
    )
