"""Counts and sums of a month, read from the rows that each stage keeps."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from tenants.session import TenantSession

# A file belongs to the months its usage occurred in; one that brought none, to those of the file
# with the same bytes, or else to the month in which it arrived.
FILES = """
    WITH bringing AS (
        SELECT b.id, b.sha256 FROM batches b
        WHERE EXISTS (
            SELECT FROM landed_files f
            WHERE f.batch_id = b.id AND f.first_at < :ends_at AND f.last_at >= :starts_at
        )
    )
    SELECT b.status, count(*) AS files, coalesce(sum(b.landed), 0) AS landed,
        coalesce(sum(b.rejected), 0) AS rejected, coalesce(sum(b.duplicate), 0) AS duplicate,
        coalesce(sum(b.suspended), 0) AS suspended
    FROM batches b
    WHERE b.id IN (SELECT id FROM bringing)
        OR b.sha256 IN (SELECT sha256 FROM bringing)
        OR (NOT EXISTS (SELECT FROM landed_files f WHERE f.batch_id = b.id)
            AND NOT EXISTS (SELECT FROM batches twin
                WHERE twin.sha256 = b.sha256 AND twin.id <> b.id AND twin.status = 'landed')
            AND b.arrived_at >= :starts_at AND b.arrived_at < :ends_at)
    GROUP BY b.status
"""

OUTCOMES = """
    SELECT outcome, sum(records) AS records FROM batch_outcomes
    WHERE period_id = :period GROUP BY outcome
"""

REVENUE = """
    SELECT side, direction, service, currency, count(*) AS lines, sum(events) AS events,
        sum(amount) AS amount
    FROM charge_lines WHERE period_id = :period
    GROUP BY side, direction, service, currency
    ORDER BY side DESC, direction DESC, service, currency
"""

DOCUMENTS = """
    SELECT kind, currency, count(*) FILTER (WHERE status = 'issued') AS issued,
        count(*) FILTER (WHERE status = 'held') AS held,
        coalesce(sum(amount_gross) FILTER (WHERE status = 'issued'), 0) AS amount
    FROM documents WHERE period_id = :period
    GROUP BY kind, currency ORDER BY kind, currency
"""

PAYOUTS = """
    SELECT b.status, b.currency, count(DISTINCT b.id) AS batches,
        count(*) FILTER (WHERE p.outcome = 'paid') AS payments,
        coalesce(sum(p.amount) FILTER (WHERE p.outcome = 'paid'), 0) AS amount
    FROM payout_batches b
    JOIN payouts p ON p.batch_id = b.id
    WHERE EXISTS (
        SELECT FROM documents d WHERE d.id = ANY (p.document_ids) AND d.period_id = :period
    )
    GROUP BY b.status, b.currency ORDER BY b.status, b.currency
"""


def files(
    session: TenantSession, starts_at: dt.datetime, ends_at: dt.datetime
) -> Sequence[sa.RowMapping]:
    """Files of the time by status, with where their records went."""
    return _rows(session, FILES, starts_at=starts_at, ends_at=ends_at)


def outcomes(session: TenantSession, period_id: UUID) -> dict[str, int]:
    """How many records of a period had each outcome of rating."""
    return {
        row["outcome"]: int(row["records"]) for row in _rows(session, OUTCOMES, period=period_id)
    }


def revenue(session: TenantSession, period_id: UUID) -> Sequence[sa.RowMapping]:
    """Charge lines of a period by side, direction, service and currency."""
    return _rows(session, REVENUE, period=period_id)


def documents(session: TenantSession, period_id: UUID) -> Sequence[sa.RowMapping]:
    """Documents of a period by kind and currency."""
    return _rows(session, DOCUMENTS, period=period_id)


def payouts(session: TenantSession, period_id: UUID) -> Sequence[sa.RowMapping]:
    """Payout batches that pay documents of a period, by status and currency."""
    return _rows(session, PAYOUTS, period=period_id)


def _rows(session: TenantSession, sql: str, **facts: Any) -> Sequence[sa.RowMapping]:
    return session.execute(sa.text(sql), facts).mappings().all()
