"""Sums to be drawn: charges by product, and what partners were given month by month."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from tenants.session import TenantSession

BY_PRODUCT = """
    SELECT service, product, currency, sum(amount) AS amount
    FROM charge_lines
    WHERE period_id = :period AND side = 'customer' AND direction = 'receivable'
    GROUP BY service, product, currency ORDER BY currency, sum(amount) DESC, service, product
"""

BY_PARTY = """
    SELECT party_id, currency, sum(amount) AS amount
    FROM charge_lines
    WHERE period_id = :period AND side = 'customer' AND direction = 'receivable'
    GROUP BY party_id, currency ORDER BY currency, party_id
"""

SHARES = """
    SELECT p.starts_on, s.party_id, s.currency, sum(s.amount) AS amount
    FROM shares s JOIN periods p ON p.tenant_id = s.tenant_id AND p.id = s.period_id
    WHERE s.party_id IS NOT NULL AND p.starts_on > :after
    GROUP BY p.starts_on, s.party_id, s.currency ORDER BY s.currency, p.starts_on, s.party_id
"""


def by_product(session: TenantSession, period_id: UUID) -> Sequence[sa.RowMapping]:
    """What customers were charged in a period, the largest first."""
    return _rows(session, BY_PRODUCT, period=period_id)


def by_party(session: TenantSession, period_id: UUID) -> Sequence[sa.RowMapping]:
    """What each customer was charged in a period."""
    return _rows(session, BY_PARTY, period=period_id)


def shares(session: TenantSession, after: dt.date) -> Sequence[sa.RowMapping]:
    """What partners were given in months that begin after a day."""
    return _rows(session, SHARES, after=after)


def _rows(session: TenantSession, sql: str, **facts: Any) -> Sequence[sa.RowMapping]:
    return session.execute(sa.text(sql), facts).mappings().all()
