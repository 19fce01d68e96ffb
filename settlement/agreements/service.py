"""Agree terms with partners and carriers, and say what held when.

What was agreed with customers is in `contracts`; rating and billing ask for it here as well.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

import polars as pl

from currencies.units import minor_unit
from i18n.locale import until_when
from settlement.agreements import frames, store
from settlement.agreements.agreed import (
    AgreedTerms,
    AgreementCurrencyDiffers,
    AgreementDiffers,
    CommissionTwice,
    Interconnect,
    Kind,
    NoSuchAgreement,
    NotAPayee,
    NothingToEnd,
    ProductSharedTwice,
    TariffWithTaxInside,
    TermsOverlap,
    TrunkTaken,
    WrongKindOfParty,
    checked_trunk,
)
from settlement.agreements.commission_terms import (
    commission_terms_from_plain,
    commission_terms_to_plain,
)
from settlement.agreements.contracts.service import contracts as contracts
from settlement.agreements.contracts.service import subscribers as subscribers
from settlement.agreements.contracts.service import subscription_keys as subscription_keys
from settlement.agreements.half_even import require_half_kept
from settlement.agreements.partner_terms import (
    OURSELVES,
    InterconnectTerms,
    NobodyPaid,
    ShareTerms,
    fixing_from_terms,
    fixing_to_plain,
    interconnect_terms_from_plain,
    interconnect_terms_to_plain,
    share_terms_from_plain,
    share_terms_to_plain,
    sharing_part,
)
from settlement.agreements.policies import (
    checked_policies,
    require_change_at_once,
)
from settlement.catalogue import service as catalogue
from settlement.catalogue.product import checked_code
from settlement.catalogue.products import service as products
from settlement.catalogue.succession import ended_by, overlapped, require_time
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.parties.party import Party
from tenants.audit import service as audit
from tenants.digest import digest
from tenants.directory.service import own_tenant
from tenants.session import TenantSession

ALWAYS = (dt.date.min, dt.date.max)
_Facts = ParamSpec("_Facts")


def agree_share(
    session: TenantSession,
    code: str,
    partner_id: UUID,
    currency: str,
    terms: Mapping[str, Any],
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    policies: Mapping[str, str] | None = None,
) -> AgreedTerms:
    """Agree a revenue share, or the next version of one; the open-ended one before it ends.

    The same terms from the same day again change nothing. Raises TermsOverlap, ProductSharedTwice,
    NotAPayee, NobodyPaid, AgreementDiffers, WrongKindOfParty, NoSuchProduct, HalfEvenNotKept, and
    what `share_terms_from_plain` and `checked_policies` raise.
    """
    read = share_terms_from_plain(terms, code)
    partner = _party_for(session, partner_id, code, PartyKind.PARTNER)
    products.products_by_code(session, read.products)
    _require_payees(session, code, partner, read)
    row = _agreement_row(session, "revenue_share", code, partner_id, currency, policies)
    require_half_kept(row.policies, read.sharing, f"agreement {code}")
    _require_shared_once(session, code, read.products, valid_from, valid_until)
    return _agree(session, row, share_terms_to_plain(read), valid_from, valid_until)


def end_agreement(session: TenantSession, code: str, on: dt.date) -> AgreedTerms:
    """End a revenue share, commission, or interconnect with its trunks, on the first day without.

    Raises NoSuchAgreement and NothingToEnd.
    """
    agreement = store.agreement_row(session, code)
    if agreement is None:
        raise NoSuchAgreement(agreement=code)
    last = store.terms_rows(session, agreement.id)[-1]
    if not last.valid_from < on <= (last.valid_until or dt.date.max):
        raise NothingToEnd(
            code=code, on=on, valid_from=last.valid_from, valid_until=until_when(last.valid_until)
        )
    last.valid_until = on
    for trunk in store.trunks_between(session, on, dt.date.max):
        if trunk.agreement_id == agreement.id and trunk.valid_from < on:
            trunk.valid_until = on
    session.flush()
    return _agreed(agreement, last)


def agree_interconnect(
    session: TenantSession,
    code: str,
    carrier_id: UUID,
    currency: str,
    terms: Mapping[str, Any],
    trunks: Iterable[str],
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    policies: Mapping[str, str] | None = None,
) -> AgreedTerms:
    """Agree interconnect, or the next version of it, over these trunks.

    Trunks that the agreement already has stay. Raises TermsOverlap, TrunkTaken, AgreementDiffers,
    AgreementCurrencyDiffers, TariffWithTaxInside, WrongKindOfParty, NoSuchTariff, and what
    `interconnect_terms_from_plain` and `checked_policies` raise.
    """
    read = interconnect_terms_from_plain(terms, code)
    _party_for(session, carrier_id, code, PartyKind.CARRIER)
    _require_tariffs(session, code, currency, read)
    _require_net(session, code, read, valid_from, valid_until)
    row = _agreement_row(session, "interconnect", code, carrier_id, currency, policies)
    agreed = _agree(session, row, interconnect_terms_to_plain(read), valid_from, valid_until)
    for trunk in trunks:
        assign_trunk(session, code, trunk, valid_from, valid_until)
    return agreed


def agree_commission(
    session: TenantSession,
    code: str,
    agent_id: UUID,
    currency: str,
    terms: Mapping[str, Any],
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    policies: Mapping[str, str] | None = None,
) -> AgreedTerms:
    """Agree what an agent, and all who sell below it, get for what they sell.

    Raises TermsOverlap, CommissionTwice, AgreementDiffers, WrongKindOfParty, NoSuchProduct,
    HalfEvenNotKept, and what `commission_terms_from_plain` and `checked_policies` raise.
    """
    own = {key: value for key, value in terms.items() if key != "fixing"}
    read = commission_terms_from_plain(own, code)
    fixing = fixing_to_plain(fixing_from_terms(terms, code))
    agent = _party_for(session, agent_id, code, PartyKind.PARTNER)
    products.products_by_code(session, read.products)
    row = _agreement_row(session, "commission", code, agent_id, currency, policies)
    require_half_kept(row.policies, None, f"agreement {code}")
    _require_one_commission(session, code, agent, valid_from, valid_until)
    plain = commission_terms_to_plain(read) | ({"fixing": fixing} if fixing else {})
    return _agree(session, row, plain, valid_from, valid_until)


def _at_once(
    agree: Callable[Concatenate[TenantSession, str, _Facts], AgreedTerms],
) -> Callable[Concatenate[TenantSession, str, _Facts], AgreedTerms]:
    """The same without an amendment, where the tenant's policies allow that: else AmendedOnly."""

    def agree_at_once(
        session: TenantSession, code: str, /, *args: _Facts.args, **kwargs: _Facts.kwargs
    ) -> AgreedTerms:
        require_change_at_once(own_tenant(session).policies, code)
        return agree(session, code, *args, **kwargs)

    return agree_at_once


agree_share_at_once = _at_once(agree_share)
agree_interconnect_at_once = _at_once(agree_interconnect)
agree_commission_at_once = _at_once(agree_commission)


def assign_trunk(
    session: TenantSession,
    code: str,
    trunk: str,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
) -> None:
    """Say that a trunk carries the traffic of an agreement; saying it again changes nothing.

    Raises NoSuchAgreement, TrunkTaken, BadTrunk, NoTimeAtAll.
    """
    require_time(valid_from, valid_until)
    agreement = store.agreement_row(session, code)
    if agreement is None:
        raise NoSuchAgreement(agreement=code)
    rows = store.trunk_rows(session, [checked_trunk(trunk)])
    holder = overlapped([row for row, _ in rows], valid_from, valid_until)
    if holder is not None and holder.agreement_id != agreement.id:
        other = next(held_by for row, held_by in rows if row is holder)
        raise TrunkTaken(
            trunk=trunk,
            other=other,
            valid_from=holder.valid_from,
            valid_until=until_when(holder.valid_until),
        )
    if holder is None:
        session.add(
            store.TrunkRow(
                tenant_id=session.tenant_id,
                id=session.ids.new(),
                code=trunk,
                agreement_id=agreement.id,
                valid_from=valid_from,
                valid_until=valid_until,
            )
        )
        session.flush()


def share_agreements(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date | None = None
) -> list[AgreedTerms]:
    """Revenue share terms that hold on a day, or on some day of [starts_on, ends_on)."""
    ends_on = ends_on or starts_on + dt.timedelta(days=1)
    return _agreed_between(session, "revenue_share", starts_on, ends_on)


def commission_agreements(session: TenantSession) -> list[AgreedTerms]:
    """Every version of the terms of every commission, by code and first day."""
    return _agreed_between(session, "commission", *ALWAYS)


def shared_products(session: TenantSession, starts_on: dt.date, ends_on: dt.date) -> pl.DataFrame:
    """Under which terms a product's revenue is shared: a frame of SHARED_PRODUCTS."""
    return frames.shared_products(share_agreements(session, starts_on, ends_on))


def interconnects(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date
) -> list[Interconnect]:
    """Interconnect terms that hold on some day of [starts_on, ends_on), by code and first day."""
    trunks: dict[UUID, list[str]] = {}
    for trunk in store.trunks_between(session, starts_on, ends_on):
        trunks.setdefault(trunk.agreement_id, []).append(trunk.code)
    return [
        _interconnect(agreement, row, trunks.get(agreement.id, []))
        for agreement, row in store.agreed_between(session, "interconnect", starts_on, ends_on)
    ]


def interconnect_terms(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date
) -> list[AgreedTerms]:
    """Interconnect terms of [starts_on, ends_on) as they were agreed, by code and first day."""
    return _agreed_between(session, "interconnect", starts_on, ends_on)


def trunk_keys(session: TenantSession, starts_on: dt.date, ends_on: dt.date) -> pl.DataFrame:
    """Which carrier and tariff a trunk names, by direction: a frame of TRUNK_KEYS."""
    trunks = store.trunks_between(session, starts_on, ends_on)
    return frames.trunk_keys(trunks, interconnects(session, starts_on, ends_on))


def terms_by_id(
    session: TenantSession, known_at: dt.datetime | None = None
) -> dict[UUID, AgreedTerms]:
    """Every version of the terms of every agreement, by its id.

    With an instant, those known by then, each with the end that was known of it.
    """
    every = {
        row.id: _agreed(agreement, row)
        for agreement, row in store.agreed_between(session, None, *ALWAYS)
        if known_at is None or row.published_at <= known_at
    }
    if known_at is not None:
        for terms_id, was in audit.as_known(session, "terms", known_at, every).items():
            until = None if was is None else was["valid_until"]
            end = None if until is None else dt.date.fromisoformat(until)
            every[terms_id] = replace(every[terms_id], valid_until=end)
    return every


def agreement_terms(session: TenantSession, code: str) -> list[AgreedTerms]:
    """All versions of one agreement's terms, by first day. Raises NoSuchAgreement."""
    agreement = store.agreement_row(session, code)
    if agreement is None:
        raise NoSuchAgreement(agreement=code)
    return [_agreed(agreement, row) for row in store.terms_rows(session, agreement.id)]


def _stamp(session: TenantSession) -> dict[str, Any]:
    return {"tenant_id": session.tenant_id, "created_at": session.now()}


def _party_for(session: TenantSession, party_id: UUID, code: str, wanted: PartyKind) -> Party:
    party = parties.party(session, party_id)
    if party.kind != wanted:
        raise WrongKindOfParty(
            party=party.code, kind=party.kind.value, code=code, wanted=wanted.value
        )
    return party


def _require_payees(session: TenantSession, code: str, partner: Party, terms: ShareTerms) -> None:
    payees = terms.sharing.everybody()
    if partner.code not in payees:
        raise NobodyPaid(code=code, partner=partner.code, payees=", ".join(payees))
    partners = {party.code for party in parties.parties(session, PartyKind.PARTNER)}
    for payee in payees:
        if payee != OURSELVES and payee not in partners:
            raise NotAPayee(code=code, payee=payee)


def _require_shared_once(
    session: TenantSession,
    code: str,
    products: Sequence[str],
    valid_from: dt.date,
    valid_until: dt.date | None,
) -> None:
    """A product's revenue is shared by one agreement at a time, or it would be shared twice."""
    require_time(valid_from, valid_until)
    for other in share_agreements(session, valid_from, valid_until or dt.date.max):
        twice = sorted(set(products) & set(other.products))
        if other.code != code and twice:
            raise ProductSharedTwice(
                product=twice[0],
                other=other.code,
                valid_from=other.valid_from,
                valid_until=until_when(other.valid_until),
            )


def _require_one_commission(
    session: TenantSession,
    code: str,
    agent: Party,
    valid_from: dt.date,
    valid_until: dt.date | None,
) -> None:
    """An agent has one commission at a time, or nobody knew by which a sale is paid."""
    require_time(valid_from, valid_until)
    ends_on = valid_until or dt.date.max
    for other in _agreed_between(session, "commission", valid_from, ends_on):
        if other.code != code and other.party_id == agent.id:
            raise CommissionTwice(
                party=agent.code,
                other=other.code,
                valid_from=other.valid_from,
                valid_until=until_when(other.valid_until),
            )


def _require_tariffs(
    session: TenantSession, code: str, currency: str, terms: InterconnectTerms
) -> None:
    for tariff in catalogue.tariffs_by_code(session, terms.tariffs().values()).values():
        if tariff.currency != currency:
            raise AgreementCurrencyDiffers(
                tariff=tariff.code, tariff_currency=tariff.currency, code=code, currency=currency
            )


def _require_net(
    session: TenantSession,
    code: str,
    terms: InterconnectTerms,
    valid_from: dt.date,
    valid_until: dt.date | None,
) -> None:
    ends_on = valid_until or dt.date.max
    tariffs = terms.tariffs().values()
    for tariff in sorted(catalogue.tariffs_with_tax_inside(session, tariffs, valid_from, ends_on)):
        raise TariffWithTaxInside(tariff=tariff, code=code)


def _agreement_row(
    session: TenantSession,
    kind: Kind,
    code: str,
    party_id: UUID,
    currency: str,
    policies: Mapping[str, str] | None,
) -> store.AgreementRow:
    """The agreement, made if absent; its policies are changed where others are named."""
    minor_unit(currency)
    checked = checked_policies(policies, kind, f"agreement {code}")
    facts = {"kind": kind, "code": checked_code(code), "party_id": party_id, "currency": currency}
    made = {"id": session.ids.new(), "policies": checked}
    row = store.agreement_to_change(session, facts | made | _stamp(session))
    if any(getattr(row, name) != fact for name, fact in facts.items()):
        raise AgreementDiffers(code=code)
    if policies is not None:
        row.policies = checked
    return row


def _agree(
    session: TenantSession,
    agreement: store.AgreementRow,
    plain: Mapping[str, Any],
    valid_from: dt.date,
    valid_until: dt.date | None,
) -> AgreedTerms:
    require_time(valid_from, valid_until)
    rows = store.terms_rows(session, agreement.id)
    sha256 = digest(dict(plain))
    for row in rows:
        same = row.digest == sha256 and row.valid_from == valid_from
        if same and valid_until in (None, row.valid_until):
            return _agreed(agreement, row)
    predecessor = ended_by(rows, valid_from)
    others = [row for row in rows if row is not predecessor]
    overlap = overlapped(others, valid_from, valid_until)
    if overlap is not None:
        raise TermsOverlap(
            code=agreement.code,
            version=overlap.version,
            valid_from=overlap.valid_from,
            valid_until=until_when(overlap.valid_until),
        )
    if predecessor is not None:
        predecessor.valid_until = valid_from
    # The predecessor's end is written first: the two must not overlap even for a moment.
    session.flush()
    row = store.TermsRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        agreement_id=agreement.id,
        version=len(rows) + 1,
        valid_from=valid_from,
        valid_until=valid_until,
        terms=dict(plain),
        digest=sha256,
        published_at=session.now(),
        published_by=session.principal.name,
    )
    session.add(row)
    session.flush()
    return _agreed(agreement, row)


def _agreed_between(
    session: TenantSession, kind: Kind | None, starts_on: dt.date, ends_on: dt.date
) -> list[AgreedTerms]:
    held = store.agreed_between(session, kind, starts_on, ends_on)
    return [_agreed(agreement, row) for agreement, row in held]


def _agreed(agreement: store.AgreementRow, row: store.TermsRow) -> AgreedTerms:
    kind = cast(Kind, agreement.kind)  # The table checks it.
    return AgreedTerms(
        terms_id=row.id,
        agreement_id=agreement.id,
        kind=kind,
        code=agreement.code,
        party_id=agreement.party_id,
        currency=agreement.currency,
        version=row.version,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        terms=row.terms,
        sharing=sharing_part(row.terms) if kind == "revenue_share" else {},
        policies=agreement.policies,
        fixing=fixing_from_terms(row.terms, agreement.code),
    )


def _interconnect(
    agreement: store.AgreementRow, row: store.TermsRow, trunks: Sequence[str]
) -> Interconnect:
    terms = interconnect_terms_from_plain(row.terms, agreement.code)
    return Interconnect(
        terms_id=row.id,
        agreement_id=agreement.id,
        code=agreement.code,
        carrier_id=agreement.party_id,
        currency=agreement.currency,
        time_zone=terms.time_zone,
        incoming=terms.incoming,
        outgoing=terms.outgoing,
        tolerance=terms.tolerance,
        objection_days=terms.objection_days,
        notice_days=terms.notice_days,
        fixing=terms.fixing,
        policies=agreement.policies,
        trunks=tuple(trunks),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        deals=terms.deals,
        missing_caller_share=terms.missing_caller_share,
        missing_caller_price=terms.missing_caller_price,
        transit=terms.transit,
        transit_settlement=terms.transit_settlement,
        tolerance_amount=terms.tolerance_amount,
    )
