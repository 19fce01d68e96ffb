"""Enter evidence of where customers belong, read it, and hand it to a run."""

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale

from i18n.locale import Words, _
from settlement.parties import service as parties
from settlement.parties.party import Kind
from settlement.taxation.places import store
from settlement.taxation.places.place import (
    ONE_PIECE,
    POLICY,
    EvidenceKind,
    EvidenceUnclear,
    PlaceEvidence,
    Places,
    places,
)
from tenants.directory.service import own_tenant
from tenants.session import TenantSession


def enter(
    session: TenantSession,
    party_id: UUID,
    kind: EvidenceKind,
    country: str,
    reference: str,
    told_on: dt.date | None = None,
) -> PlaceEvidence:
    """Keep a piece of evidence of a customer's place; without a day, it was told today.

    Raises NoSuchParty or EvidenceUnclear.
    """
    party = parties.party(session, party_id)
    today = session.now().astimezone(ZoneInfo(own_tenant(session).time_zone)).date()
    on = told_on or today
    demands = (
        (Words(_("a customer")), party.kind is Kind.CUSTOMER),
        (
            Words(_("a country of ISO 3166, for example PL")),
            country in Locale.parse("en").territories and len(country) == 2,
        ),
        (
            Words(_("a reference by which it is found again")),
            bool(reference.strip()) and reference.isprintable(),
        ),
        (Words(_("a day that is not to come")), on <= today),
    )
    for wanted, is_met in demands:
        if not is_met:
            raise EvidenceUnclear(field=wanted)
    row = store.PlaceEvidenceRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        party_id=party_id,
        kind=kind.value,
        country=country,
        told_on=on,
        reference=reference.strip(),
        recorded_by=session.principal.name,
        recorded_at=session.now(),
    )
    session.add(row)
    session.flush()
    return _evidence(row)


def evidence_of(session: TenantSession, party_id: UUID) -> list[PlaceEvidence]:
    """All evidence of a party's place, the newest first. Raises NoSuchParty."""
    parties.party(session, party_id)
    return [_evidence(row) for row in reversed(store.rows(session, party_id))]


def known(session: TenantSession) -> Places:
    """What is known of all places, for a run. Raises PlacePolicyUnreadable."""
    policy = own_tenant(session).policies.get(POLICY, ONE_PIECE)
    return places((_evidence(row) for row in store.rows(session)), policy)


def _evidence(row: store.PlaceEvidenceRow) -> PlaceEvidence:
    facts = {name: getattr(row, name) for name in PlaceEvidence.__dataclass_fields__}
    return PlaceEvidence(**(facts | {"kind": EvidenceKind(row.kind)}))
