"""What payees were credited under an agreement, over all of its months."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from settlement.sharing.entitlements import OF_PERIODS
from tenants.session import TenantSession

# The month of a credit is that of the usage: of the corrected period, where it corrects one. What
# later periods credit is not known in the period, and what it entitles to itself is found anew.
CREDITED = """
    SELECT s.agreement_id, s.terms_id, s.party_id, s.rule, s.cause, s.currency,
           u.id AS period_id, u.starts_on AS month, bool_or(s.period_id = :period_id) AS is_now,
           sum(s.base) AS base, sum(s.amount) AS amount, array_agg(s.fraction) AS fractions
    FROM shares s
    JOIN periods b ON b.tenant_id = s.tenant_id AND b.id = s.period_id
        AND b.ends_on <= (SELECT n.ends_on FROM periods n WHERE n.id = :period_id)
    JOIN periods u ON u.tenant_id = s.tenant_id
        AND u.id = coalesce(s.corrects_period_id, s.period_id)
    WHERE s.party_id IS NOT NULL AND s.agreement_id = ANY(:agreements)
      AND NOT (s.period_id = :period_id AND s.cause = ANY(:anew))
    GROUP BY s.agreement_id, s.terms_id, s.party_id, s.rule, s.cause, s.currency, u.id, u.starts_on
    ORDER BY u.starts_on, s.terms_id, s.party_id, s.rule, s.cause
"""


def credited(
    session: TenantSession, agreement_ids: Sequence[UUID], period_id: UUID
) -> Sequence[sa.Row[Any]]:
    """Sums of all credits of partners under agreements, by cause and month of the usage.

    `is_now` where some of it is booked in the period.
    """
    facts = {"agreements": list(agreement_ids), "period_id": period_id, "anew": list(OF_PERIODS)}
    return session.execute(sa.text(CREDITED), facts).all()
