"""Keep standard terms by name and version, and begin agreements from them.

An agreement begins as a draft, which a second person approves. It remembers the version that it was
begun from, and what its places were filled with.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from i18n.errors import NotFound
from settlement.agreements.policies import checked_policies
from settlement.amendments import service as amendments
from settlement.amendments.amendment import Drafted
from settlement.amendments.amendment import Kind as AmendmentKind
from settlement.amendments.standard_terms import store
from settlement.amendments.standard_terms.filling import filled, places_of
from settlement.catalogue.product import checked_code
from tenants.session import TenantSession

Kind = Literal["revenue_share", "interconnect"]


class NoSuchStandardTerms(NotFound):
    """There are no standard terms {name}. Check the name, or keep them first."""


@dataclass(frozen=True, slots=True)
class StandardTerms:
    """One version; `places` are what an agreement fills."""

    id: UUID
    name: str
    version: int
    kind: Kind
    terms: Mapping[str, Any]
    policies: Mapping[str, str]
    places: Sequence[str]
    kept_by: str
    kept_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """The agreement to begin; trunks are for interconnect only."""

    code: str
    party_id: UUID
    currency: str
    valid_from: dt.date
    filled: Mapping[str, str | int]
    valid_until: dt.date | None = None
    trunks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """An agreement, the version that it was begun from, and the draft or the terms it became."""

    code: str
    name: str
    version: int
    filled: Mapping[str, str | int]
    amendment_id: UUID | None
    terms_id: UUID | None
    begun_by: str
    begun_at: dt.datetime


def keep(
    session: TenantSession,
    name: str,
    kind: Kind,
    terms: Mapping[str, Any],
    policies: Mapping[str, str] | None = None,
) -> StandardTerms:
    """Keep the next version of standard terms; the same once more gives the version there is.

    Raises BadCatalogueCode, UnknownPolicy and UnknownPolicyValue.
    """
    checked_code(name)
    chosen = checked_policies(policies, kind, f"standard terms {name}")
    store.hold(session, name)
    before = store.rows(session, name)
    if before and _said(before[-1]) == (kind, dict(terms), chosen):
        return _standard_terms(before[-1])
    row = store.StandardTermsRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        name=name,
        version=len(before) + 1,
        kind=kind,
        terms=dict(terms),
        policies=chosen,
        kept_by=session.principal.name,
        kept_at=session.now(),
    )
    session.add(row)
    session.flush()
    return _standard_terms(row)


def standard_terms(session: TenantSession, name: str | None = None) -> list[StandardTerms]:
    """Every version of one name or all, by name and version."""
    return [_standard_terms(row) for row in store.rows(session, name)]


def versions_beside(session: TenantSession, terms_id: UUID) -> list[StandardTerms]:
    """All versions of the terms that one version is of, by version. Raises NoSuchStandardTerms."""
    found = standard_terms(session)
    for each in found:
        if each.id == terms_id:
            return [other for other in found if other.name == each.name]
    raise NoSuchStandardTerms(name=terms_id)


def begin_agreement(session: TenantSession, name: str, wanted: Wanted) -> Begun:
    """Begin an agreement from the newest version, its places filled.

    Raises NoSuchStandardTerms, and what `filled` and `amendments.draft` raise.
    """
    known = store.rows(session, name)
    if not known:
        raise NoSuchStandardTerms(name=name)
    newest = known[-1]
    terms = filled(name, newest.terms, wanted.filled)
    row = store.BegunAgreementRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        standard_terms_id=newest.id,
        code=wanted.code,
        filled=dict(wanted.filled),
        begun_by=session.principal.name,
        begun_at=session.now(),
    )
    drafted = Drafted(
        AmendmentKind.TERMS, wanted.code, wanted.party_id, wanted.currency, wanted.valid_from,
        wanted.valid_until, terms, newest.policies,
        "interconnect" if newest.kind == "interconnect" else "revenue_share", tuple(wanted.trunks),
    )  # fmt: skip
    row.amendment_id = amendments.draft(session, drafted).id
    session.add(row)
    session.flush()
    return _begun(row, newest)


def begun_from(session: TenantSession, code: str) -> list[Begun]:
    """What an agreement was begun from, the newest first; nothing for one written by itself."""
    return [_begun(*each) for each in store.begun(session, code)]


def _said(row: store.StandardTermsRow) -> tuple[str, dict[str, Any], dict[str, Any]]:
    return row.kind, row.terms, row.policies


def _standard_terms(row: store.StandardTermsRow) -> StandardTerms:
    return StandardTerms(
        id=row.id,
        name=row.name,
        version=row.version,
        kind="interconnect" if row.kind == "interconnect" else "revenue_share",
        terms=row.terms,
        policies=row.policies,
        places=places_of(row.terms),
        kept_by=row.kept_by,
        kept_at=row.kept_at,
    )


def _begun(row: store.BegunAgreementRow, standard: store.StandardTermsRow) -> Begun:
    return Begun(
        code=row.code,
        name=standard.name,
        version=standard.version,
        filled=row.filled,
        amendment_id=row.amendment_id,
        terms_id=row.terms_id,
        begun_by=row.begun_by,
        begun_at=row.begun_at,
    )
