"""Draft a change of an agreement, review it, approve it by a second person, or reject it.

Who wrote the draft last may not approve it. What was reviewed is not changed any more, and faults
that lint finds are looked for again at the approval.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast
from uuid import UUID

from currencies import service as fx
from currencies.units import minor_unit
from i18n.locale import Several, Spoken, until_when
from settlement.agreements import service as agreements
from settlement.agreements.agreed import AgreedTerms, NothingToEnd
from settlement.amendments import store
from settlement.amendments.amendment import (
    NO_TERMS,
    AgreementKind,
    Amendment,
    AmendmentDecided,
    AmendmentFaulty,
    AmendmentNotDraft,
    AmendmentNotReviewed,
    Drafted,
    Kind,
    NoSuchAmendment,
    Standing,
    Status,
    require_notice,
    standing_on,
    version_before,
)
from settlement.amendments.carried_days import Span
from settlement.amendments.circumstances import Circumstances, is_quoted
from settlement.amendments.commission_linting import Sellers, faults_of_commission
from settlement.amendments.finding import Finding
from settlement.amendments.interconnect_linting import Network, faults_of_interconnect
from settlement.amendments.linting import faults_of
from settlement.catalogue import service as catalogue
from settlement.catalogue.decks import service as rate_decks
from settlement.catalogue.product import checked_code
from settlement.catalogue.products import service as products
from settlement.catalogue.succession import require_time
from settlement.exchange_differences.rate_dates import rate_dates
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.periods import service as periods
from tenants.directory.service import own_tenant
from tenants.four_eyes import decide, require_another_person
from tenants.session import TenantSession

# Rates of so many days before today say what a source quotes.
DAYS_OF_RATES = dt.timedelta(days=45)
# The service of usage that is billed in seconds.
CALLS = "voice"
_Agree = Callable[..., AgreedTerms]


def draft(session: TenantSession, drafted: Drafted) -> Amendment:
    """Keep a draft, whatever lint says of it.

    Raises NoSuchParty, NoTimeAtAll, BadCatalogueCode and UnknownCurrency.
    """
    require_time(drafted.valid_from, drafted.valid_until)
    checked_code(drafted.code)
    minor_unit(drafted.currency)
    parties.party(session, drafted.party_id)
    row = store.AmendmentRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        kind=drafted.kind,
        code=drafted.code,
        party_id=drafted.party_id,
        currency=drafted.currency,
        status=Status.DRAFT,
        agreement_kind=drafted.agreement_kind,
        trunks=list(drafted.trunks),
    )
    _write(session, row, drafted)
    session.add(row)
    session.flush()
    return _amendment(row)


def draft_end(session: TenantSession, code: str, on: dt.date) -> Amendment:
    """Draft the end of an agreement: `on` is the first day without.

    Raises NoSuchAgreement and NothingToEnd.
    """
    last = agreements.agreement_terms(session, code)[-1]
    if not last.valid_from < on <= (last.valid_until or dt.date.max):
        until = until_when(last.valid_until)
        raise NothingToEnd(code=code, on=on, valid_from=last.valid_from, valid_until=until)
    ending = Drafted(Kind.END, code, last.party_id, last.currency, on, agreement_kind=last.kind)
    return draft(session, ending)


def revise(
    session: TenantSession,
    amendment_id: UUID,
    terms: Mapping[str, Any],
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    policies: Mapping[str, str] | None = None,
) -> Amendment:
    """Write a draft anew; the agreement, whom it is with and its trunks stay.

    Who does so may not approve it.

    Raises NoSuchAmendment, AmendmentNotDraft and NoTimeAtAll.
    """
    require_time(valid_from, valid_until)
    row = _held(session, amendment_id, (Status.DRAFT,), AmendmentNotDraft)
    drafted = replace(
        _drafted(row),
        terms=NO_TERMS if row.kind == Kind.END else terms,
        valid_from=valid_from,
        valid_until=valid_until,
        policies=policies,
    )
    _write(session, row, drafted)
    session.flush()
    return _amendment(row)


def review(session: TenantSession, amendment_id: UUID) -> Amendment:
    """Say that a draft is as it should be; it is not changed any more.

    Raises NoSuchAmendment, AmendmentNotDraft and AmendmentFaulty.
    """
    row = _held(session, amendment_id, (Status.DRAFT,), AmendmentNotDraft)
    _require_sound(session, _drafted(row))
    row.status = Status.REVIEWED
    row.reviewed_by, row.reviewed_at = session.principal.name, session.now()
    session.flush()
    return _amendment(row)


def approve(session: TenantSession, amendment_id: UUID) -> Amendment:
    """Agree to what somebody else drafted; from its day on it holds.

    Raises NoSuchAmendment, AmendmentNotReviewed, NotAPerson, ProposerMayNotApprove, NoticeTooShort,
    AmendmentFaulty, and what agreeing and ending raise in `agreements`.
    """
    session.principal.require("corrections:approve")
    row = _held(session, amendment_id, (Status.REVIEWED,), AmendmentNotReviewed)
    require_another_person(session.principal, row.proposed_by, row.proposed_by_id)
    drafted = _drafted(row)
    before = version_before(_versions_if_any(session, drafted.code), drafted.valid_from)
    require_notice(before, drafted.code, periods.today(session), drafted.valid_from)
    _require_sound(session, drafted)
    row.terms_id = _agree(session, drafted).terms_id
    decide(session, row, Status.APPROVED)
    return amendment(session, amendment_id)


def reject(session: TenantSession, amendment_id: UUID, why: str) -> Amendment:
    """Reject a change that is not decided; nothing of it holds.

    Raises NoSuchAmendment and AmendmentDecided.
    """
    undecided = (Status.DRAFT, Status.REVIEWED)
    row = _held(session, amendment_id, undecided, AmendmentDecided)
    session.explain(why)
    decide(session, row, Status.REJECTED)
    return _amendment(row)


def amendment(session: TenantSession, amendment_id: UUID) -> Amendment:
    """One change, with what it is today. Raises NoSuchAmendment."""
    row = store.row(session, amendment_id)
    if row is None:
        raise NoSuchAmendment(amendment=amendment_id)
    return _standing(session, [_amendment(row)])[0]


def amendments(session: TenantSession, code: str | None = None) -> list[Amendment]:
    """Changes of one agreement or all, the newest first, with what they are today."""
    return _standing(session, [_amendment(row) for row in store.rows(session, code)])


def faults(session: TenantSession, amendment_id: UUID) -> list[Finding]:
    """What is wrong with a change, as it stands today. Raises NoSuchAmendment."""
    return faults_of_draft(session, amendment(session, amendment_id).drafted)


def faults_of_draft(session: TenantSession, drafted: Drafted) -> list[Finding]:
    """What is wrong with what is not even kept yet."""
    if drafted.agreement_kind == "interconnect":
        return faults_of_interconnect(drafted, _network(session, drafted))
    if drafted.agreement_kind == "commission":
        return faults_of_commission(drafted, _sellers(session, drafted))
    return faults_of(drafted, _circumstances(session, drafted))


def _circumstances(session: TenantSession, drafted: Drafted) -> Circumstances:
    partners = parties.parties(session, PartyKind.PARTNER)
    code_of = {each.id: each.code for each in partners}
    accounts: dict[str, set[str]] = defaultdict(set)
    for (party_id, currency), account in parties.newest_accounts(session).items():
        if party_id in code_of and account.is_active:
            accounts[code_of[party_id]].add(currency)
    until = drafted.valid_until or dt.date.max
    others = agreements.share_agreements(session, drafted.valid_from, until)
    sold_in: dict[str, list[str]] = defaultdict(list)
    for product, currency in store.sold_in(session, drafted.products):
        sold_in[product].append(currency)
    known = products.products(session)
    calls = {each.code for each in known if each.service == CALLS}
    return Circumstances(
        partner=parties.party(session, drafted.party_id).code,
        settles_in={each.code: each.currency for each in partners},
        accounts={code: frozenset(held) for code, held in accounts.items()},
        products=frozenset(each.code for each in known),
        others=[each for each in others if each.code != drafted.code],
        sold_in=sold_in,
        quoted=_quoted(session),
        timed=frozenset(calls | store.sold_as(session, CALLS, drafted.products)),
    )


def _network(session: TenantSession, drafted: Drafted) -> Network:
    until = drafted.valid_until or dt.date.max
    others = agreements.interconnects(session, drafted.valid_from, until)
    party = parties.party(session, drafted.party_id)
    return Network(
        party=party.code,
        kind=party.kind.value,
        tariffs=store.tariff_currencies(session, drafted.tariffs),
        tax_inside=catalogue.tariffs_with_tax_inside(
            session, drafted.tariffs, drafted.valid_from, until
        ),
        held={
            trunk: each.code
            for each in others
            if each.code != drafted.code
            for trunk in each.trunks
        },
        holds=_holds(session, drafted, until),
        prefixes=_prefixes(session, drafted, until),
        beside=[
            (each.valid_from, each.valid_until)
            for each in _versions_if_any(session, drafted.code)
            if each.valid_from != drafted.valid_from
        ],
        unvalued=_unvalued(session, drafted.currency),
    )


def _holds(session: TenantSession, drafted: Drafted, until: dt.date) -> dict[str, list[Span]]:
    """The days of the versions of the tariffs that a draft names."""
    holds: dict[str, list[Span]] = defaultdict(list)
    for each in catalogue.tariff_versions(session, drafted.valid_from, until):
        if each.code in drafted.tariffs:
            holds[each.code].append((each.valid_from, each.valid_until))
    return holds


def _prefixes(session: TenantSession, drafted: Drafted, until: dt.date) -> dict[str, set[str]]:
    """The prefixes by which tariffs price calls, of those that price them by prefix."""
    prefixes: dict[str, set[str]] = defaultdict(set)
    for each in catalogue.tariff_versions(session, drafted.valid_from, until):
        voice = each.sections.get("voice")
        if voice is None or each.code not in drafted.tariffs:
            continue
        rates = voice.rates
        if voice.deck is not None:
            rates = rate_decks.deck_rates(session, voice.deck, drafted.valid_from, until)
        if rates is not None:
            prefixes[each.code].update(rates["prefix"].to_list())
    return prefixes


def _unvalued(session: TenantSession, currency: str) -> dict[str, str]:
    """The source that quotes no rate by which a tenant values debts in a currency (R74)."""
    tenant = own_tenant(session)
    dates = rate_dates(tenant.policies)
    if dates is None or currency == tenant.base_currency:
        return {}
    quoted = _quoted(session)
    if is_quoted(quoted, dates.tax_point, currency, tenant.base_currency):
        return {}
    return {"source": dates.tax_point.source, "settled": tenant.base_currency}


def _quoted(session: TenantSession) -> frozenset[tuple[str, str, str]]:
    """The pairs of currencies that each source quoted of late."""
    today = periods.today(session)
    rates = fx.rate_table(session, None, today - DAYS_OF_RATES, today + dt.timedelta(days=1))
    return frozenset((rate.source, rate.base, rate.quote) for rate in rates)


def _sellers(session: TenantSession, drafted: Drafted) -> Sellers:
    agent = parties.party(session, drafted.party_id)
    accounts = parties.newest_accounts(session).items()
    until = drafted.valid_until or dt.date.max
    return Sellers(
        agent=agent.code,
        kind=agent.kind.value,
        accounts={
            currency for (party, currency), each in accounts if party == agent.id and each.is_active
        },
        products={each.code for each in products.products(session)},
        others={
            each.code: max(drafted.valid_from, each.valid_from).isoformat()
            for each in agreements.commission_agreements(session)
            if each.party_id == agent.id
            and each.code != drafted.code
            and each.valid_from < until
            and drafted.valid_from < (each.valid_until or dt.date.max)
        },
    )


def _require_sound(session: TenantSession, drafted: Drafted) -> None:
    errors = [each for each in faults_of_draft(session, drafted) if each.level == "error"]
    if errors:
        said = Several(Spoken(each.message) for each in errors)
        raise AmendmentFaulty(code=drafted.code, faults=said)


def _agree(session: TenantSession, drafted: Drafted) -> AgreedTerms:
    if drafted.kind is Kind.END:
        return agreements.end_agreement(session, drafted.code, drafted.valid_from)
    if drafted.agreement_kind == "interconnect":
        return agreements.agree_interconnect(
            session,
            drafted.code,
            drafted.party_id,
            drafted.currency,
            drafted.terms,
            drafted.trunks,
            drafted.valid_from,
            drafted.valid_until,
            drafted.policies,
        )
    is_commission = drafted.agreement_kind == "commission"
    agree: _Agree = agreements.agree_commission if is_commission else agreements.agree_share
    return agree(
        session,
        drafted.code,
        drafted.party_id,
        drafted.currency,
        drafted.terms,
        drafted.valid_from,
        drafted.valid_until,
        drafted.policies,
    )


def _versions_if_any(session: TenantSession, code: str) -> list[AgreedTerms]:
    return [each for each in agreements.terms_by_id(session).values() if each.code == code]


def _standing(session: TenantSession, found: Sequence[Amendment]) -> list[Amendment]:
    today, agreed = periods.today(session), agreements.terms_by_id(session)

    def standing(each: Amendment) -> Standing | None:
        if each.terms_id is None:
            return None
        if each.drafted.kind is Kind.END:
            return Standing.WAITING if today < each.drafted.valid_from else Standing.IN_FORCE
        version = agreed[each.terms_id]
        own = [other for other in agreed.values() if other.agreement_id == version.agreement_id]
        return standing_on(version, own, today)

    return [replace(each, standing=standing(each)) for each in found]


def _held(
    session: TenantSession,
    amendment_id: UUID,
    wanted: Sequence[Status],
    refusal: type[AmendmentNotDraft | AmendmentNotReviewed | AmendmentDecided],
) -> store.AmendmentRow:
    row = store.held_row(session, amendment_id)
    if row is None:
        raise NoSuchAmendment(amendment=amendment_id)
    if row.status not in wanted:
        raise refusal(code=row.code, status=row.status)
    return row


def _write(session: TenantSession, row: store.AmendmentRow, drafted: Drafted) -> None:
    row.valid_from, row.valid_until = drafted.valid_from, drafted.valid_until
    row.terms = dict(drafted.terms)
    row.policies = None if drafted.policies is None else dict(drafted.policies)
    row.proposed_by, row.proposed_by_id = session.principal.name, session.principal.user_id
    row.proposed_at = session.now()


def _drafted(row: store.AmendmentRow) -> Drafted:
    return Drafted(
        Kind(row.kind),
        row.code,
        row.party_id,
        row.currency,
        row.valid_from,
        row.valid_until,
        row.terms,
        row.policies,
        cast(AgreementKind, row.agreement_kind),  # The table checks it.
        tuple(row.trunks),
    )


def _amendment(row: store.AmendmentRow) -> Amendment:
    return Amendment(
        drafted=_drafted(row),
        status=Status(row.status),
        **{name: getattr(row, name) for name in _OF_ROW},
    )


_OF_ROW: Final = (
    "id", "proposed_by", "proposed_at", "reviewed_by", "reviewed_at", "decided_by", "decided_at",
    "terms_id",
)  # fmt: skip
