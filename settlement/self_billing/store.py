"""What partners are to be told, read from the shares that sharing keeps; what they were told."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from settlement.self_billing.partner_statement import PartnerShare
from settlement.self_billing.release import Release
from tenants.session import TenantSession

COLUMNS = """
    s.id, s.party_id, s.agreement_id, s.terms_id, s.product, s.currency, s.events, s.gross,
    s.base, s.amount, s.steps, s.cause, s.rule, s.period_id,
    coalesce(x.code, '') AS corrects, u.id AS usage_id, u.code AS earned_in
"""
CORRECTED = """
    LEFT JOIN periods x ON x.tenant_id = s.tenant_id AND x.id = s.corrects_period_id
    JOIN periods u ON u.tenant_id = s.tenant_id AND u.id = coalesce(x.id, s.period_id)
"""

# Shares without a party are our own part.
UNSTATED = f"""
    SELECT {COLUMNS}
    FROM shares s
    JOIN periods p ON p.tenant_id = s.tenant_id AND p.id = s.period_id
    {CORRECTED}
    WHERE s.party_id IS NOT NULL AND s.document_id IS NULL
      AND p.status = 'closed' AND p.ends_on <= :ends_on
    ORDER BY s.party_id, s.id
"""  # noqa: S608 - the columns are our own.

# Shares that wait for customers to pay, on statements already.
WAITING = f"""
    SELECT {COLUMNS}
    FROM shares s
    JOIN periods p ON p.tenant_id = s.tenant_id AND p.id = s.period_id
    {CORRECTED}
    WHERE p.ends_on <= :ends_on AND EXISTS (
        SELECT FROM share_releases r WHERE r.tenant_id = s.tenant_id AND r.share_id = s.id
    )
    ORDER BY s.party_id, s.id
"""  # noqa: S608 - the columns are our own.

STATED = f"""
    SELECT s.document_id, {COLUMNS}, NULL::numeric AS before, NULL::numeric AS released,
           NULL AS numerator, NULL AS denominator, true AS is_first
    FROM shares s
    {CORRECTED}
    WHERE s.document_id = ANY(CAST(:documents AS uuid[])) AND NOT EXISTS (
        SELECT FROM share_releases r WHERE r.tenant_id = s.tenant_id AND r.share_id = s.id
    )
    UNION ALL
    SELECT r.document_id, {COLUMNS}, r.before, r.amount AS released, r.numerator, r.denominator,
           r.document_id = s.document_id AS is_first
    FROM share_releases r
    JOIN shares s ON s.tenant_id = r.tenant_id AND s.id = r.share_id
    {CORRECTED}
    WHERE r.document_id = ANY(CAST(:documents AS uuid[]))
    ORDER BY party_id, id
"""  # noqa: S608 - the columns are our own.

# What a partner was credited under agreements up to a day, and which statement bears it.
CREDITED = f"""
    SELECT s.document_id, {COLUMNS}
    FROM shares s
    JOIN periods p ON p.tenant_id = s.tenant_id AND p.id = s.period_id
    {CORRECTED}
    WHERE s.party_id = :party_id AND s.agreement_id = ANY(CAST(:agreements AS uuid[]))
      AND p.status = 'closed' AND p.ends_on <= :ends_on
    ORDER BY p.starts_on, s.id
"""  # noqa: S608 - the columns are our own.

OF_RELEASE = ("before", "released", "numerator", "denominator", "is_first")

BEAR = """
    UPDATE shares SET document_id = b.document_id
    FROM unnest(CAST(:shares AS uuid[]), CAST(:documents AS uuid[])) AS b (share_id, document_id)
    WHERE shares.id = b.share_id AND shares.document_id IS NULL
"""


def lock(session: TenantSession) -> None:
    """Let one run of partner statements of the tenant in at a time."""
    session.hold("self-billing")


def unstated(session: TenantSession, ends_on: dt.date) -> list[PartnerShare]:
    """Partners' shares of periods that ended by that day and that no statement bears."""
    return _shares(session.execute(sa.text(UNSTATED), {"ends_on": ends_on}))


def waiting(session: TenantSession, ends_on: dt.date) -> list[PartnerShare]:
    """Shares of periods that ended by that day that wait for customers and were told already."""
    return _shares(session.execute(sa.text(WAITING), {"ends_on": ends_on}))


def _shares(rows: sa.Result[Any]) -> list[PartnerShare]:
    names = list(rows.keys())
    return [PartnerShare(**dict(zip(names, row, strict=True))) for row in rows]


def stated(
    session: TenantSession, documents: Iterable[UUID]
) -> Iterator[tuple[UUID, PartnerShare]]:
    """The shares that documents bear, each with its document."""
    for row in session.execute(sa.text(STATED), {"documents": list(documents)}):
        facts = dict(row._mapping)
        release = _release(*(facts.pop(name) for name in OF_RELEASE))
        yield facts.pop("document_id"), PartnerShare(**facts, release=release)


def credited(
    session: TenantSession, party_id: UUID, agreement_ids: Iterable[UUID], ends_on: dt.date
) -> Iterator[tuple[UUID | None, PartnerShare]]:
    """All that a partner was credited under agreements in closed periods that ended by a day."""
    facts = {"party_id": party_id, "agreements": list(agreement_ids), "ends_on": ends_on}
    for row in session.execute(sa.text(CREDITED), facts):
        of = dict(row._mapping)
        yield of.pop("document_id"), PartnerShare(**of)


def _release(
    before: Decimal | None, amount: Decimal, numerator: str, denominator: str, is_first: bool
) -> Release | None:
    if before is None:
        return None
    return Release(Fraction(int(numerator), int(denominator)), before, amount, is_first)


def bear(session: TenantSession, borne: Sequence[tuple[UUID, UUID]]) -> None:
    """Note for shares which statement bears them, as a set."""
    found = session.execute(
        sa.text(BEAR),
        {"shares": [share for share, _ in borne], "documents": [doc for _, doc in borne]},
    )
    assert getattr(found, "rowcount", None) == len(borne), "a share is stated once"
