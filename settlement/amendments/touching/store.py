"""Periods, charge lines, statements and payouts that terms are, or would be, behind."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from settlement.amendments.touched import Named
from tenants.session import TenantSession

# Lines that end after the first day, of the periods that they are about.
SOLD = """
    SELECT coalesce(l.corrects_period_id, l.period_id) AS period_id, l.events, l.document_id
    FROM charge_lines l
    WHERE l.side = 'customer' AND l.product = ANY(:products)
      AND l.ends_on > :starts_on AND l.starts_on < :ends_on
"""
# The same of contracts, whatever was sold under them.
SOLD_UNDER = """
    SELECT coalesce(l.corrects_period_id, l.period_id) AS period_id, l.events, l.document_id
    FROM charge_lines l
    WHERE l.side = 'customer' AND l.contract_id = ANY(:contracts)
      AND l.ends_on > :starts_on AND l.starts_on < :ends_on
"""
CARRIED = """
    SELECT coalesce(l.corrects_period_id, l.period_id) AS period_id, l.events, l.document_id
    FROM charge_lines l JOIN agreements a ON a.id = l.agreement_id
    WHERE l.side = 'carrier' AND a.code = :code
      AND l.ends_on > :starts_on AND l.starts_on < :ends_on
"""

STATEMENTS = """
    SELECT DISTINCT coalesce(s.corrects_period_id, s.period_id) AS period_id, d.id, d.number
    FROM shares s
    JOIN agreements a ON a.id = s.agreement_id
    JOIN documents d ON d.id = s.document_id
    WHERE a.code = :code AND d.number IS NOT NULL
    ORDER BY d.number
"""

PAYOUTS = """
    SELECT DISTINCT b.id, b.number, unnest(p.document_ids) AS document_id
    FROM payouts p
    JOIN payout_batches b ON b.id = p.batch_id
    WHERE p.outcome = 'paid' AND b.status <> 'rejected'
      AND p.document_ids && CAST(:documents AS uuid[])
    ORDER BY b.number
"""


def events(
    session: TenantSession, products: Sequence[str], starts_on: dt.date, ends_on: dt.date
) -> Sequence[sa.Row[Any]]:
    """Events of products that customers were charged for, by period: id, code, status, events."""
    return _events_of(session, SOLD, _span(starts_on, ends_on, products=list(products)))


def invoices(
    session: TenantSession, products: Sequence[str], starts_on: dt.date, ends_on: dt.date
) -> list[tuple[UUID, Named]]:
    """Invoices that these events are on, each with the period that they are of."""
    return _documents_of(session, SOLD, _span(starts_on, ends_on, products=list(products)))


def events_under(
    session: TenantSession, contracts: Sequence[UUID], starts_on: dt.date, ends_on: dt.date
) -> Sequence[sa.Row[Any]]:
    """Events that customers of contracts were charged for, by period: id, code, status, events."""
    return _events_of(session, SOLD_UNDER, _span(starts_on, ends_on, contracts=list(contracts)))


def invoices_under(
    session: TenantSession, contracts: Sequence[UUID], starts_on: dt.date, ends_on: dt.date
) -> list[tuple[UUID, Named]]:
    """Invoices that these events are on, each with the period that they are of."""
    return _documents_of(session, SOLD_UNDER, _span(starts_on, ends_on, contracts=list(contracts)))


def calls(
    session: TenantSession, code: str, starts_on: dt.date, ends_on: dt.date
) -> Sequence[sa.Row[Any]]:
    """Calls charged under an interconnect agreement, by period: id, code, status, events."""
    return _events_of(session, CARRIED, _span(starts_on, ends_on, code=code))


def declarations(
    session: TenantSession, code: str, starts_on: dt.date, ends_on: dt.date
) -> list[tuple[UUID, Named]]:
    """Declarations that these calls are on, each with the period that they are of."""
    return _documents_of(session, CARRIED, _span(starts_on, ends_on, code=code))


def statements(session: TenantSession, code: str) -> list[tuple[UUID, Named]]:
    """Statements of an agreement, each with the period that its shares are of."""
    rows = session.execute(sa.text(STATEMENTS), {"code": code})
    return [(row.period_id, Named(row.id, row.number)) for row in rows]


def payouts(session: TenantSession, documents: Sequence[UUID]) -> list[tuple[UUID, Named]]:
    """Payout batches that pay statements, each with the statement."""
    rows = session.execute(sa.text(PAYOUTS), {"documents": list(documents)})
    return [(row.document_id, Named(row.id, row.number)) for row in rows]


def _events_of(
    session: TenantSession, lines: str, span: Mapping[str, object]
) -> Sequence[sa.Row[Any]]:
    query = f"""
        SELECT p.id, p.code, p.status, p.starts_on, sum(lines.events) AS events
        FROM ({lines}) lines JOIN periods p ON p.id = lines.period_id
        GROUP BY p.id, p.code, p.status, p.starts_on
        ORDER BY p.starts_on
    """  # noqa: S608 - `lines` is one of the queries above.
    return session.execute(sa.text(query), span).all()


def _documents_of(
    session: TenantSession, lines: str, span: Mapping[str, object]
) -> list[tuple[UUID, Named]]:
    query = f"""
        SELECT DISTINCT lines.period_id, d.id, d.number
        FROM ({lines}) lines JOIN documents d ON d.id = lines.document_id
        WHERE d.number IS NOT NULL
        ORDER BY d.number
    """  # noqa: S608 - `lines` is one of the queries above.
    rows = session.execute(sa.text(query), span)
    return [(row.period_id, Named(row.id, row.number)) for row in rows]


def _span(starts_on: dt.date, ends_on: dt.date, **of: object) -> dict[str, object]:
    return of | {"starts_on": starts_on, "ends_on": ends_on}
