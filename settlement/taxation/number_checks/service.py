"""Check VAT numbers, enter checks that people made, and decide where no number can be relied on."""

import datetime as dt
from uuid import UUID

from i18n.errors import Conflict, Forbidden
from i18n.locale import Words, _
from settlement.parties import service as parties
from settlement.parties.party import Party
from settlement.taxation.number_checks import store
from settlement.taxation.number_checks.gateway import VatNumberChecks
from settlement.taxation.number_checks.number_check import (
    FRESH_DAYS,
    Answer,
    CheckedNumbers,
    CheckUnclear,
    DomesticDecision,
    NumberCheck,
    Told,
    checked_decision,
    checked_numbers,
)
from settlement.taxation.vat_rates import EU, vat_prefix
from tenants.directory.service import own_tenant
from tenants.principal import Role
from tenants.session import TenantSession

POLICY = "vat_check_days"


class NoVatNumber(Conflict):
    """{party} has no VAT number of the Union. Enter one, then check it."""


class DecidedByNobody(Forbidden):
    """Only a person may decide to charge domestic VAT. Sign in and decide."""


class DecidedAlready(Conflict):
    """It was decided already to charge {party} domestic VAT for {period}. Issue its documents."""


def check(session: TenantSession, party_id: UUID, asked: VatNumberChecks) -> NumberCheck:
    """Ask about a party's number and keep what came of it. Raises NoSuchParty, NoVatNumber."""
    party = parties.party(session, party_id)
    number = _number_of(party)
    tenant = own_tenant(session)
    requester = tenant.tax_id if is_vat_number(tenant.tax_id, tenant.country) else ""
    return _keep(session, party_id, number, requester, asked.name, asked.ask(number, requester))


def enter(
    session: TenantSession,
    party_id: UUID,
    service: str,
    is_valid: bool,
    request_identifier: str,
    checked_at: dt.datetime | None = None,
) -> NumberCheck:
    """Keep a check that a person made at the service itself, under the service's own identifier.

    Raises NoSuchParty, NoVatNumber and CheckUnclear.
    """
    party = parties.party(session, party_id)
    needed = (
        (Words(_("a service")), service),
        (Words(_("a request identifier")), request_identifier),
    )
    for field, text in needed:
        if not text.strip() or not text.isprintable():
            raise CheckUnclear(field=field)
    at = session.now() if checked_at is None else checked_at
    if at > session.now():
        raise CheckUnclear(field=Words(_("a time that has passed")))
    answer = Answer.VALID if is_valid else Answer.INVALID
    told = Told(answer, request_identifier.strip())
    return _keep(session, party_id, _number_of(party), "", service.strip(), told, at)


def checks_of(session: TenantSession, party_id: UUID) -> list[NumberCheck]:
    """Every check of a party, the newest first. Raises NoSuchParty."""
    parties.party(session, party_id)
    return [_check_of(row) for row in reversed(store.check_rows(session, party_id))]


def decide(session: TenantSession, party_id: UUID, period: str, reason: str) -> DomesticDecision:
    """Charge a party domestic VAT for a month, because its number cannot be relied on.

    Raises NoSuchParty, DecidedByNobody, DecisionUnclear and DecidedAlready.
    """
    if session.principal.role is Role.SYSTEM:
        raise DecidedByNobody
    party = parties.party(session, party_id)
    decision = checked_decision(
        DomesticDecision(party_id, period, reason, session.now(), session.principal.name)
    )
    if any(each.period == period for each in store.decision_rows(session, party_id)):
        raise DecidedAlready(party=party.name, period=period)
    session.add(
        store.DomesticDecisionRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            party_id=party_id,
            period=period,
            reason=reason,
            decided_at=decision.decided_at,
            decided_by=decision.decided_by,
        )
    )
    session.flush()
    return decision


def decisions_of(session: TenantSession, party_id: UUID) -> list[DomesticDecision]:
    """What was decided about a party, the newest first. Raises NoSuchParty."""
    parties.party(session, party_id)
    return [_decision_of(row) for row in reversed(store.decision_rows(session, party_id))]


def known(session: TenantSession) -> CheckedNumbers:
    """What is known of all numbers, for a run; fresh as long as the tenant's policy says."""
    days = int(own_tenant(session).policies.get(POLICY, FRESH_DAYS))
    decisions = [_decision_of(row) for row in store.decision_rows(session)]
    checks = [_check_of(row) for row in store.newest_rows(session)]
    return checked_numbers(checks, decisions, days)


def due(session: TenantSession, on: dt.date) -> list[UUID]:
    """Parties abroad whose number has no check, or none that will do for another week."""
    checked, own = known(session), own_tenant(session).country
    soon = on + dt.timedelta(days=7)
    found = []
    for party in parties.parties(session):
        if party.country == own or not is_vat_number(party.tax_id, party.country):
            continue
        newest = checked.answered.get((party.id, party.tax_id))
        if newest is None or not checked.is_fresh(newest, soon):
            found.append(party.id)
    return found


def is_vat_number(tax_id: str, country: str) -> bool:
    """Whether a tax number is a VAT number of the Union, prefix and all."""
    return country in EU and tax_id.startswith(vat_prefix(country))


def _number_of(party: Party) -> str:
    if not is_vat_number(party.tax_id, party.country):
        raise NoVatNumber(party=party.name)
    return party.tax_id


def _keep(
    session: TenantSession,
    party_id: UUID,
    number: str,
    requester: str,
    service: str,
    told: Told,
    checked_at: dt.datetime | None = None,
) -> NumberCheck:
    row = store.NumberCheckRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        party_id=party_id,
        number=number,
        requester=requester,
        service=service,
        answer=told.answer.value,
        request_identifier=told.request_identifier,
        name=told.name,
        address=told.address,
        detail=told.detail,
        checked_at=session.now() if checked_at is None else checked_at,
        checked_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    return _check_of(row)


def _check_of(row: store.NumberCheckRow) -> NumberCheck:
    told = Told(Answer(row.answer), row.request_identifier, row.name, row.address, row.detail)
    return NumberCheck(
        row.id,
        row.party_id,
        row.number,
        row.requester,
        row.service,
        told,
        row.checked_at,
        row.checked_by,
    )


def _decision_of(row: store.DomesticDecisionRow) -> DomesticDecision:
    return DomesticDecision(row.party_id, row.period, row.reason, row.decided_at, row.decided_by)
