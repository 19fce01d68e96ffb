"""Tell every partner what it is owed for a closed period: issue its statement and book it.

One statement for each partner and the currency it settles in: that of its agreement; a partner
that is only a link of somebody else's chain settles in its own. What is wrong with one partner
parks that partner with the reason; running again issues what is left and nothing twice.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from currencies import service as fx
from currencies.fx_rate import RateTable
from currencies.money import Money, money, scaled, total
from currencies.rounding import to_minor_unit
from currencies.rounding_ledger import service as rounding_ledger
from currencies.rounding_ledger.posted_fraction import DOCUMENT, PostedFraction, Rounded
from i18n.errors import DomainError
from settlement.agreements import service as agreements
from settlement.agreements.agreed import AgreedTerms
from settlement.agreements.due_dates import due_on
from settlement.agreements.policies import in_force
from settlement.agreements.sharing_terms import terms_from_plain
from settlement.billing.sides import (
    outside_vat,
    party_side,
    party_taxed,
    tenant_side,
    tenant_taxed,
)
from settlement.catalogue.products import service as products
from settlement.ledger import service as ledger
from settlement.parties import service as parties
from settlement.parties.bank_account import BankAccount
from settlement.parties.party import Kind as PartyKind
from settlement.parties.party import Party
from settlement.periods import service as periods
from settlement.periods.calendar import month as month_of
from settlement.periods.service import Period
from settlement.rating.corrected import Corrected
from settlement.self_billing import store
from settlement.self_billing.behind import Behind, Revenue, by_revenue, refund_of, root_of
from settlement.self_billing.carrying import service as carrying
from settlement.self_billing.carrying.balance import balance_forward, threshold_for
from settlement.self_billing.issued_entry import statement_entry
from settlement.self_billing.partner_statement import (
    Agreed,
    PartnerShare,
    Terms,
    draft_statement,
    rounded_conversions,
    rounded_releases,
)
from settlement.self_billing.releasing import service as releasing
from settlement.self_billing.withheld_tax import service as withheld_tax
from settlement.sharing import service as sharing
from settlement.sharing.refunding.mirroring import Refund
from settlement.sharing.rulings import service as rulings
from settlement.sharing.sealing import service as sealing
from settlement.sharing.sealing.seal import Correction, Seal
from settlement.taxation.local_tax import tax_currency
from settlement.taxation.number_checks import service as number_checks
from settlement.taxation.number_checks.number_check import CheckedNumbers, Numbered
from settlement.taxation.number_checks.wording import evidence_note
from settlement.taxation.own_rates import service as own_rates
from settlement.taxation.treatment import own_tax_on_purchase, tax_on_self_billed
from settlement.taxation.vat_rates import RateBook
from settlement.taxation.withholding import service as withholding
from settlement.taxation.withholding.withheld import WithholdingRules
from statements import service as statements
from statements.document import Document, Kind
from statements.document import Period as DocumentPeriod
from statements.filing import Filed, Filing
from statements.number_series.service import NoSeries
from statements.totals import owed_by
from statements.withholding_certificate import WithheldPart
from tenants.directory.service import own_tenant
from tenants.directory.tenant import Tenant
from tenants.session import TenantSession

PAYMENT_DAYS = "30"
# Statements that are issued, kept and booked as one set; bounds what is held in memory.
DRAFTS_AT_ONCE = 500
KINDS = (Kind.SELF_BILLED_INVOICE, Kind.SELF_BILLED_CREDIT)
DAYS_OF_RATES = dt.timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Parked:
    """A partner whose statement could not be issued, and why."""

    party: str
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class StatementRun:
    """What a run came to; `issued` are the statements of this run."""

    issued: tuple[Filed, ...]
    parked: tuple[Parked, ...]


class _Run(NamedTuple):
    """What all statements of a run have in common."""

    tenant: Tenant
    period: Period
    issued_on: dt.date
    agreed: Mapping[UUID, AgreedTerms]
    ruled: Collection[UUID]
    products: Mapping[str, str]
    rates: RateTable
    accounts: Mapping[tuple[UUID, str], BankAccount]
    numbers: CheckedNumbers
    vat: RateBook
    withholding: WithholdingRules
    withheld: Mapping[tuple[UUID, str], Sequence[WithheldPart]]
    brought: Mapping[tuple[UUID, str], Money]
    going_on: Collection[UUID]


class _Sealed(NamedTuple):
    """The roots over the events behind all statements of a run, of months and corrections; of which
    months it is known whom rules sold to, and what customers got back.
    """

    seals: Mapping[Revenue, Seal]
    corrected: Mapping[Correction, Corrected[Seal]]
    rulings: Collection[tuple[UUID, UUID]]
    refunds: Mapping[UUID, Refund]

    def behind(self, shares: Sequence[PartnerShare], ruled: Collection[UUID]) -> Behind:
        """What stands behind the shares of a statement."""
        return Behind(shares, ruled, self.rulings, self.refunds)


class _Draft(NamedTuple):
    """What is to be issued to a partner, and the shares it is over."""

    party: Party
    document: Document
    filing: Filing
    shares: Sequence[PartnerShare]
    rounded: Sequence[Rounded]


def issue_statements(session: TenantSession, code: str) -> StatementRun:
    """Issue the statements of a closed period and of what was left before it.

    Raises NoSuchPeriod, PeriodNotClosed or NoSeries; what concerns one partner parks that partner.
    """
    store.lock(session)
    # Balances are stated as they are until these statements are booked: nobody moves them before.
    statements.hold_numbers(session, KINDS)
    ledger.hold_book(session)
    run = _run(session, periods.closed_period(session, code))
    drafts: list[_Draft] = []
    parked: dict[tuple[str, str], Parked] = {}
    grouped = _grouped(session, run)
    statements.expect(len(grouped), run.issued_on)
    sealed = _sealed(session, run, grouped)
    for party, currency, shares in grouped:
        try:
            drafts.append(_drafted(run, party, currency, shares, sealed))
        except DomainError as error:
            parked[party.code, currency] = Parked(party.code, currency, str(error))
    issued: list[Filed] = []
    for draft, filed in _issue(session, run, drafts):
        code, currency = draft.party.code, draft.document.currency
        if isinstance(filed, DomainError):
            parked[code, currency] = Parked(code, currency, str(filed))
        elif filed.is_issued:
            issued.append(filed)
        else:
            broken = filed.verdict.broken_rules if filed.verdict else ()
            parked[code, currency] = Parked(code, currency, "held: " + ", ".join(broken))
    return StatementRun(tuple(issued), tuple(parked[key] for key in sorted(parked)))


def stated_shares(
    session: TenantSession, documents: Iterable[UUID]
) -> dict[UUID, list[PartnerShare]]:
    """The shares that each of these statements bears."""
    found: dict[UUID, list[PartnerShare]] = defaultdict(list)
    for document_id, share in store.stated(session, documents):
        found[document_id].append(share)
    return found


def credited_shares(
    session: TenantSession, party_id: UUID, agreement_ids: Iterable[UUID], ends_on: dt.date
) -> list[tuple[UUID | None, PartnerShare]]:
    """What a partner was credited under agreements by a day, with the statement that bears it."""
    return list(store.credited(session, party_id, agreement_ids, ends_on))


def behind_of(
    session: TenantSession, shares: Sequence[PartnerShare], ruled: Collection[UUID]
) -> Behind:
    """What stands behind shares; `ruled` are the terms that have rules."""
    months = {id_ for each in shares for id_ in (each.period_id, each.usage_id) if id_}
    taken_back = {refund for each in shares if (refund := refund_of(each))}
    refunds = sharing.refunds(session) if taken_back else []
    known = {each.id: each for each in refunds if each.id in taken_back}
    return Behind(shares, ruled, rulings.kept(session, sorted(months)), known)


def _run(session: TenantSession, period: Period) -> _Run:
    issued_on = periods.today(session)
    rules = withholding.known_rules(session)
    agreed = agreements.terms_by_id(session)
    tenant = own_tenant(session)
    # Who goes on is asked of all terms, so only where it makes a difference.
    has_threshold = bool(tenant.policies.get("payout_threshold"))
    return _Run(
        tenant=tenant,
        period=period,
        issued_on=issued_on,
        agreed=agreed,
        ruled={each for each, terms in agreed.items() if terms.sharing.get("rules")},
        products={product.code: product.name for product in products.products(session)},
        rates=fx.rate_table(
            session,
            None,
            period.month.starts_on - DAYS_OF_RATES,
            max(issued_on, period.month.ends_on) + dt.timedelta(days=1),
        ),
        accounts=parties.newest_accounts(session),
        numbers=number_checks.known(session),
        vat=own_rates.book(session),
        withholding=rules,
        withheld=withheld_tax.until_now(session, issued_on) if rules.rates else {},
        brought=carrying.brought_forward(session),
        going_on=carrying.going_on(session, issued_on) if has_threshold else (),
    )


def _grouped(session: TenantSession, run: _Run) -> list[tuple[Party, str, list[PartnerShare]]]:
    partners = {party.id: party for party in parties.parties(session, PartyKind.PARTNER)}
    grouped: dict[tuple[str, str], list[PartnerShare]] = defaultdict(list)
    by_code = {party.code: party for party in partners.values()}
    until = run.period.month.ends_on
    shares = releasing.released_now(
        session, store.unstated(session, until), store.waiting(session, until), run.agreed
    )
    for share in shares:
        party, terms = partners[share.party_id], run.agreed[share.terms_id]
        currency = terms.currency if terms.party_id == party.id else party.currency
        grouped[party.code, currency].append(share)
    only_released = {key for key, same in grouped.items() if all(share.is_told for share in same)}
    wanted = releasing.not_yet_issued(session, (_purpose(run, *key) for key in only_released))
    return [
        (by_code[code], currency, grouped[code, currency])
        for code, currency in sorted(grouped)
        if (code, currency) not in only_released or _purpose(run, code, currency) in wanted
    ]


def _sealed(
    session: TenantSession, run: _Run, grouped: Iterable[tuple[Party, str, Sequence[PartnerShare]]]
) -> _Sealed:
    every = [share for _, _, shares in grouped for share in shares]
    behind = behind_of(session, every, run.ruled)
    months = {share.period_id for share in every if share.period_id}
    return _Sealed(
        by_revenue(sealing.seals(session, sorted(months))),
        sealing.corrected_seals(session, behind.corrections()),
        behind.rulings,
        behind.refunds,
    )


def _purpose(run: _Run, code: str, currency: str) -> str:
    return f"statement:{run.period.code}:{code}:{currency}"


def _drafted(
    run: _Run,
    party: Party,
    currency: str,
    shares: Sequence[PartnerShare],
    sealed: _Sealed,
) -> _Draft:
    agreement_ids = {share.agreement_id for share in shares}
    filing = Filing(
        party_id=party.id,
        purpose=_purpose(run, party.code, currency),
        period_id=run.period.id,
        agreement_id=agreement_ids.pop() if len(agreement_ids) == 1 else None,
        direction="payable",
    )
    behind = sealed.behind(shares, run.ruled)
    root = root_of(behind, sealed.seals, sealed.corrected)
    terms = _terms(run, party, currency, shares, root)
    is_converted = any(share.currency != currency for share in shares)
    rounded = rounded_releases(shares)
    if is_converted:
        rounded += rounded_conversions(shares, terms)
    document = draft_statement(shares, terms)
    return _Draft(party, _with_balance(run, party, document), filing, shares, rounded)


def _with_balance(run: _Run, party: Party, draft: Document) -> Document:
    """The statement with what earlier ones left of the partner's balance."""
    currency = draft.currency
    threshold = None
    if party.id in run.going_on:
        threshold = threshold_for(run.tenant.policies, currency)
    brought = run.brought.get((party.id, currency), money(0, currency))
    return replace(draft, forward=balance_forward(brought, owed_by(draft), threshold))


def _issue(
    session: TenantSession, run: _Run, drafts: Sequence[_Draft]
) -> Iterator[tuple[_Draft, Filed | DomainError]]:
    """Issue drafts set by set; where a set fails, one by one, so that one partner parks alone."""
    for start in range(0, len(drafts), DRAFTS_AT_ONCE):
        some = drafts[start : start + DRAFTS_AT_ONCE]
        try:
            yield from zip(some, _issue_set(session, run, some), strict=True)
        except NoSeries:
            raise
        except DomainError as error:
            if len(some) == 1:
                yield some[0], error
                continue
            for each in some:
                yield from _issue(session, run, [each])


def _issue_set(session: TenantSession, run: _Run, drafts: Sequence[_Draft]) -> list[Filed]:
    with session.begin_nested():
        filed = statements.issue_all(
            session, [(each.document, each.filing) for each in drafts], run.issued_on
        )
        _book(session, run, [pair for pair in zip(drafts, filed, strict=True) if pair[1].is_issued])
    return filed


def _terms(
    run: _Run, party: Party, currency: str, shares: Sequence[PartnerShare], events_root: str
) -> Terms:
    seller, buyer = party_taxed(party), tenant_taxed(run.tenant)
    tax = tax_on_self_billed(seller, buyer, run.period.month.last_day, run.vat)
    notes: tuple[str, ...] = ()
    if tax.category == "AE":
        numbered = Numbered(party.id, party.name, party.tax_id)
        notes = (evidence_note(run.numbers, numbered, run.issued_on, party.language),)
    rate, certificate = Decimal(0), ""
    if party.country != run.tenant.country:
        rate, certificate = run.withholding.terms(party.id, party.country, run.issued_on)
    corrected = {share.corrects for share in shares if share.corrects}
    partner = party_side(party, run.accounts.get((party.id, currency)))
    tenant = tenant_side(run.tenant)
    if tax.category == "O":
        partner, tenant = outside_vat(partner), outside_vat(tenant)
    agreed = {share.terms_id: _agreed(run.agreed[share.terms_id]) for share in shares}
    policies = _in_force(run.agreed[shares[0].terms_id])
    days = int(run.tenant.policies.get("partner_payment_days", PAYMENT_DAYS))
    month = run.period.month
    local = None
    if tax.category == "S":
        local = tax_currency(
            run.tenant.country,
            run.tenant.base_currency,
            currency,
            run.rates,
            month.last_day,
            run.issued_on,
        )
    return Terms(
        partner=partner,
        tenant=tenant,
        locale=party.language,
        currency=currency,
        period=DocumentPeriod(month.starts_on, month.ends_on),
        due_on=due_on(run.issued_on, days, policies, run.tenant.country),
        tax=tax,
        agreed=agreed,
        products=run.products,
        rates=run.rates,
        tax_currency=local,
        taxed_before={
            code: tax_on_self_billed(seller, buyer, month_of(code).last_day, run.vat)
            for code in sorted(corrected)
        },
        notes=notes,
        events_root=events_root,
        withholding_rate=rate,
        residence_certificate=certificate,
        withheld_before=tuple(run.withheld.get((party.id, currency), ())),
    )


def _agreed(terms: AgreedTerms) -> Agreed:
    """The version of an agreement; the policies of its split stand in its sharing terms."""
    policies = _in_force(terms)
    if terms.kind == "revenue_share":
        read = terms_from_plain(terms.sharing)
        policies |= read.policies_where_used()
        for name in read.without_effect():
            policies.pop(name, None)
    return Agreed(terms.code, terms.fixing, policies)


def _in_force(terms: AgreedTerms) -> dict[str, str]:
    assert terms.kind != "interconnect", "carriers are told otherwise"
    return in_force(terms.policies, terms.kind)


def _book(session: TenantSession, run: _Run, issued: Sequence[tuple[_Draft, Filed]]) -> None:
    stated = [(share, filed.id) for draft, filed in issued for share in draft.shares]
    store.bear(session, [(share.id, filed_id) for share, filed_id in stated if not share.is_told])
    releasing.keep(session, stated)
    rounding_ledger.post(
        session,
        [
            PostedFraction(DOCUMENT, filed.id, each)
            for draft, filed in issued
            for each in draft.rounded
        ],
        run.issued_on,
    )
    worth = [(draft, filed, _accrued(draft.shares)) for draft, filed in issued]
    worth = [
        each for each in worth if each[1].gross.amount or any(m.amount for m in each[2].values())
    ]
    if not worth:
        return
    bearing = periods.booking_period(session, run.issued_on)
    ledger.post(
        session,
        [
            statement_entry(
                filed.id,
                filed.filing.party_id,
                replace(draft.document, number=filed.number),
                accrued,
                bearing.id,
                run.issued_on,
                _own_tax(run, draft),
            )
            for draft, filed, accrued in worth
        ],
    )


def _own_tax(run: _Run, draft: _Draft) -> Money:
    """The tax that we owe and deduct ourselves on what the partner sold us without tax."""
    seller, buyer = party_taxed(draft.party), tenant_taxed(run.tenant)
    last_day = run.period.month.last_day
    parts = (
        scaled(each.taxable, own_tax_on_purchase(each.tax, seller, buyer, last_day, run.vat))
        for each in draft.document.totals.subtotals
    )
    owed = to_minor_unit(total(parts, draft.document.currency))
    return scaled(owed, -1) if draft.document.kind.is_credit else owed


def _accrued(shares: Sequence[PartnerShare]) -> dict[str, Money]:
    currencies = sorted({share.currency for share in shares})
    return {
        code: total((share.money for share in shares if share.currency == code), code)
        for code in currencies
    }
