"""What a caller may see of the engine in the words of TM Forum, and what it may create.

Staff see all of their tenant; a partner or a carrier sees what is its own. What is foreign is
answered as what does not exist.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import polars as pl

from i18n.errors import Invalid, NotFound
from i18n.locale import Words, _
from settlement.agreements import service as agreements
from settlement.agreements.agreed import AgreedTerms
from settlement.parties import service as parties
from settlement.parties.party import Kind, Party
from settlement.periods import service as periods
from settlement.periods.service import Period
from settlement.rating.runs import service as rating_runs
from settlement.self_billing import service as self_billing
from settlement.tm_forum.agreement import ROLES, Sides, agreement_from, agreement_of
from settlement.tm_forum.algorithm import STEPS, algorithm_of, rule_from
from settlement.tm_forum.event import charged_events, event_of
from settlement.tm_forum.listing import Page
from settlement.tm_forum.model import model_of, payees_of
from settlement.tm_forum.partnership import partnership_of
from settlement.tm_forum.report import report_of
from statements import service as statements
from statements.downloading import STATEMENTS
from statements.filing import Filed
from tenants.directory.service import own_tenant
from tenants.principal import NotAllowed
from tenants.session import TenantSession

EVENT_ID = re.compile(r"(?P<period>[0-9-]{7})\.(?P<batch>[0-9a-f-]{36})\.(?P<line>[0-9]{1,18})")
MOST_REPORTS = 20_000

Resource = dict[str, Any]


class NotCreatedHere(Invalid):
    """A {what} is not created through this API: the engine makes it. Create {instead} instead."""


def own_party(session: TenantSession) -> Party | None:
    """The party whose own alone is shown; None shows all of the tenant. Raises NotAllowed."""
    principal = session.principal
    if principal.may("agreements:read"):
        return None
    if principal.party_id is None:
        raise NotAllowed(role=principal.role.value, right="agreements:read")
    return parties.party(session, principal.party_id)


def algorithms(session: TenantSession) -> list[Resource]:
    """The split rules the caller takes part in, by agreement and version."""
    own = own_party(session)
    payee = None if own is None else own.code
    return [algorithm_of(each, payee) for each in _shared_with(session, own)]


def algorithm(session: TenantSession, terms_id: UUID) -> Resource:
    """The split rule of one version. Raises NotFound."""
    return _one(algorithms(session), terms_id, Words(_("algorithm")))


def agree_algorithm(session: TenantSession, body: Mapping[str, Any]) -> Resource:
    """Make a split rule that of an agreement's next version; all else stays as it is.

    Raises BodyUnusable, NoSuchAgreement, and what `agreements.agree_share_at_once` raises.
    """
    rule = rule_from(body)
    before = agreements.agreement_terms(session, rule.agreement)[-1]
    kept = {key: value for key, value in before.terms.items() if key not in STEPS}
    agreed = agreements.agree_share_at_once(
        session,
        before.code,
        partner_id=before.party_id,
        currency=before.currency,
        terms=kept | rule.terms,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
    )
    return algorithm_of(agreed, None)


def models(session: TenantSession) -> list[Resource]:
    """The revenue shares the caller takes part in, by code."""
    own = own_party(session)
    partners = {party.code: party for party in parties.parties(session, Kind.PARTNER)}
    versions: dict[UUID, list[AgreedTerms]] = defaultdict(list)
    for each in _shared_with(session, own):
        versions[each.agreement_id].append(each)
    found = []
    for same in versions.values():
        codes = dict.fromkeys(code for each in same for code in payees_of(each))
        payees = {code: partners[code] for code in codes if code in partners}
        found.append(model_of(same, payees, own))
    return found


def model(session: TenantSession, agreement_id: UUID) -> Resource:
    """One revenue share. Raises NotFound."""
    return _one(models(session), agreement_id, Words(_("revenue sharing model")))


def reports(session: TenantSession) -> list[Resource]:
    """The issued statements of the caller's party, or of all partners, the newest first."""
    own = own_party(session)
    partners = {party.id: party for party in parties.parties(session, Kind.PARTNER)}
    filed = statements.documents(
        session, status="issued", party_id=own.id if own else None, limit=MOST_REPORTS
    )
    return _reports(session, [each for each in filed if each.kind in STATEMENTS], partners)


def report(session: TenantSession, document_id: UUID) -> Resource:
    """One issued statement. Raises NotFound, for what is foreign or no statement too."""
    own = own_party(session)
    try:
        filed = statements.document(session, document_id, own.id if own else None)
    except statements.NoSuchDocument:
        raise NotFound(what=Words(_("revenue sharing report"))) from None
    if filed.kind not in STATEMENTS or not filed.is_issued:
        raise NotFound(what=Words(_("revenue sharing report")))
    party = parties.party(session, filed.filing.party_id)
    return _reports(session, [filed], {party.id: party})[0]


def events(
    session: TenantSession, code: str | None, product: str | None, offset: int, limit: int
) -> Page:
    """Shared usage events of a period, in the order in which they were rated.

    Without a code it is the latest period that has some the caller may see. Raises NoSuchPeriod.
    """
    shared = {str(each.terms_id): each for each in _shared_with(session, own_party(session))}
    wanted = pl.col("terms").is_in(list(shared))
    if product is not None:
        wanted &= pl.col("product") == product
    months = periods.periods(session) if code is None else [periods.period(session, code)]
    for period in sorted(months, key=lambda each: each.code, reverse=True):
        charges = rating_runs.billed_scan(session, period.id).filter(wanted)
        of_events = charges.filter(pl.col("part") == 1).select("batch_id", "line")
        total = of_events.select(pl.len()).collect().item()
        if total:
            page = of_events.slice(offset, limit).collect()
            return Page(_events(session, period, _behind(charges, page), shared), total)
    return Page([], 0)


def event(session: TenantSession, identity: str) -> Resource:
    """One shared usage event. Raises NotFound."""
    named = EVENT_ID.fullmatch(identity)
    if named is None:
        raise NotFound(what=Words(_("CDR transaction")))
    shared = {str(each.terms_id): each for each in _shared_with(session, own_party(session))}
    place = pl.DataFrame({"batch_id": [named["batch"]], "line": [int(named["line"])]})
    for period in periods.periods(session):
        if period.code == named["period"]:
            charges = rating_runs.billed_scan(session, period.id)
            found = _behind(charges.filter(pl.col("terms").is_in(list(shared))), place)
            if found.height:
                return _events(session, period, found, shared)[0]
    raise NotFound(what=Words(_("CDR transaction")))


def _behind(charges: pl.LazyFrame, places: pl.DataFrame) -> pl.DataFrame:
    near = pl.col("batch_id").is_in(places["batch_id"].unique().to_list()) & pl.col("line").is_in(
        places["line"].unique().to_list()
    )
    # The semi join alone would read every column of the month before it chose.
    return charges.filter(near).collect().join(places, on=["batch_id", "line"], how="semi")


def _events(
    session: TenantSession,
    period: Period,
    charges: pl.DataFrame,
    shared: Mapping[str, AgreedTerms],
) -> list[Resource]:
    own = own_party(session)
    known = {party.code: party for party in parties.parties(session, Kind.PARTNER)}
    state = "charged" if period.is_open else "billed"
    seen: list[Resource] = []
    for row in charged_events(charges):
        payees = payees_of(shared[row["terms"]]) if own is None else [own.code]
        partners = [known[code] for code in payees if code in known]
        seen.append(event_of(period.code, state, row, partners))
    return seen


def agreed(session: TenantSession) -> list[Resource]:
    """Revenue shares and interconnect agreements the caller is a side of."""
    own, tenant, today = own_party(session), own_tenant(session), periods.today(session)
    trunks = agreements.interconnects(session, *agreements.ALWAYS)
    known = {party.id: party for party in parties.parties(session)}
    return [
        agreement_of(
            versions,
            Sides(known[versions[0].party_id], tenant, own.code if own else None),
            sorted({code for each in trunks if each.agreement_id == identity
                    for code in each.trunks}),
            today,
        )
        for identity, versions in _sided_with(session, own).items()
    ]  # fmt: skip


def agreement(session: TenantSession, agreement_id: UUID) -> Resource:
    """One agreement. Raises NotFound."""
    return _one(agreed(session), agreement_id, Words(_("agreement")))


def agree(session: TenantSession, body: Mapping[str, Any]) -> Resource:
    """Agree what a body says, or the next version of it.

    Raises BodyUnusable, and what `agree_share_at_once` and
    `agree_interconnect_at_once` raise.
    """
    said = agreement_from(body, own_tenant(session).time_zone)
    facts: dict[str, Any] = {
        "currency": said.currency, "terms": said.terms, "valid_from": said.valid_from,
        "valid_until": said.valid_until, "policies": said.policies or None,
    }  # fmt: skip
    if said.kind == "revenue_share":
        made = agreements.agree_share_at_once(session, said.code, said.party_id, **facts)
    else:
        made = agreements.agree_interconnect_at_once(
            session, said.code, said.party_id, trunks=said.trunks, **facts
        )
    return agreement(session, made.agreement_id)


def partnerships(session: TenantSession) -> list[Resource]:
    """Partners and carriers with their agreements, by code."""
    own = own_party(session)
    held: dict[UUID, list[AgreedTerms]] = defaultdict(list)
    for versions in _sided_with(session, own).values():
        held[versions[0].party_id].append(versions[-1])
    return [
        partnership_of(party, held[party.id])
        for party in parties.parties(session)
        if party.id in held
    ]


def partnership(session: TenantSession, party_id: UUID) -> Resource:
    """One partner or carrier with its agreements. Raises NotFound."""
    return _one(partnerships(session), party_id, Words(_("partnership")))


def _sided_with(session: TenantSession, own: Party | None) -> dict[UUID, list[AgreedTerms]]:
    found: dict[UUID, list[AgreedTerms]] = defaultdict(list)
    for each in agreements.terms_by_id(session).values():
        if each.kind in ROLES and (own is None or each.party_id == own.id):
            found[each.agreement_id].append(each)
    return found


def _reports(
    session: TenantSession, filed: Sequence[Filed], partners: Mapping[UUID, Party]
) -> list[Resource]:
    shares = self_billing.stated_shares(session, [each.id for each in filed])
    terms = agreements.terms_by_id(session)
    months = {each.id: each for each in periods.periods(session)}
    return [
        report_of(
            each,
            partners[each.filing.party_id],
            shares.get(each.id, []),
            terms,
            months[each.filing.period_id].span if each.filing.period_id else None,
        )
        for each in filed
    ]


def _shared_with(session: TenantSession, own: Party | None) -> list[AgreedTerms]:
    return [
        each
        for each in agreements.share_agreements(session, *agreements.ALWAYS)
        if own is None or own.code in payees_of(each)
    ]


def _one(resources: list[Resource], identity: UUID | str, what: Words) -> Resource:
    for each in resources:
        if each["id"] == str(identity):
            return each
    raise NotFound(what=what)
