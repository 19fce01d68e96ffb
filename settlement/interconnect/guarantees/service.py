"""Take guarantees for carriers, end them, and say what they are worth today and which run out."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from currencies.money import EXACT, Money
from settlement.catalogue.succession import require_time
from settlement.interconnect.guarantees import store
from settlement.interconnect.guarantees.guarantee import (
    Guarantee,
    Kind,
    NoSuchGuarantee,
    check_promised,
)
from settlement.interconnect.receiving import NotACarrier
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.periods import service as periods
from settlement.periods.calendar import midnight
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

NOTICE_DAYS: Final = "30"


class RunningOut(NamedTuple):
    """A guarantee whose end is near, whose it is, and the instant from which that was so."""

    guarantee: Guarantee
    carrier: str
    since: dt.datetime


def take(
    session: TenantSession,
    carrier_id: UUID,
    kind: Kind,
    reference: str,
    guarantor: str,
    amount: Money,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
) -> Guarantee:
    """Take a guarantee for a carrier; the same reference with the same facts is the one there is.

    Raises NoSuchParty, NotACarrier, NotGuaranteed, GuaranteeUnnamed, NoTimeAtAll or
    GuaranteeToldDifferently.
    """
    carrier = parties.party(session, carrier_id)
    if carrier.kind is not PartyKind.CARRIER:
        raise NotACarrier(party=carrier.code, kind=carrier.kind.value)
    reference, guarantor = reference.strip(), guarantor.strip()
    check_promised(amount, reference, guarantor)
    require_time(valid_from, valid_until)
    row = store.GuaranteeRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        carrier_id=carrier_id,
        kind=kind.value,
        reference=reference,
        guarantor=guarantor,
        currency=str(amount.currency.code),
        amount=amount.amount,
        valid_from=valid_from,
        valid_until=valid_until,
        recorded_at=session.now(),
        recorded_by=session.principal.name,
    )
    session.hold("carrier-guarantees", carrier_id)
    known = store.of_reference(session, carrier_id, reference)
    if known is not None:
        known.must_be(store.guarantee_of(row))
        return known
    session.add(row)
    session.flush()
    return store.guarantee_of(row)


def end(session: TenantSession, guarantee_id: UUID, on: dt.date) -> Guarantee:
    """End a guarantee sooner than it was promised, on the first day without; once.

    Raises NoSuchGuarantee or EndsOutsideItsTime.
    """
    row = store.held_row(session, guarantee_id)
    if row is None:
        raise NoSuchGuarantee(guarantee=guarantee_id)
    if row.ended_on != on:
        store.guarantee_of(row).must_end_on(on)
        row.ended_on = on
        session.flush()
    return store.guarantee_of(row)


def guarantees(session: TenantSession) -> list[Guarantee]:
    """All guarantees, also those that hold no more, those that began last first."""
    return store.guarantees(session)


def guaranteed(session: TenantSession) -> dict[tuple[UUID, str], Decimal]:
    """What is guaranteed today, by carrier and currency."""
    today = periods.today(session)
    found: dict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    for each in store.guarantees(session):
        if each.holds_on(today):
            key = each.carrier_id, str(each.amount.currency.code)
            found[key] = EXACT.add(found[key], each.amount.amount)
    return dict(found)


def running_out(session: TenantSession) -> list[RunningOut]:
    """Guarantees that end within the tenant's `guarantee_notice_days` (30), the next one first."""
    tenant, today = own_tenant(session), periods.today(session)
    days = int(tenant.policies.get("guarantee_notice_days", NOTICE_DAYS))
    names = {each.id: each.name for each in parties.parties(session, PartyKind.CARRIER)}
    found = []
    for each in store.guarantees(session):
        if each.runs_out(today, days) and each.valid_until is not None:
            near = midnight(each.valid_until - dt.timedelta(days=days), tenant.time_zone)
            found.append(RunningOut(each, names[each.carrier_id], max(near, each.recorded_at)))
    return sorted(found, key=lambda near: (near.guarantee.until, near.guarantee.reference))
