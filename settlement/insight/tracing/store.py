"""In which periods usage of a batch was billed or corrected."""

import datetime as dt
from uuid import UUID

import sqlalchemy as sa

from tenants.session import TenantSession

# Lines that bill the usage of a period and name the batch, in the period that bears them.
BOOKED = """
    SELECT bears.code AS period, max(r.rated_at) AS rated_at
    FROM charge_lines l
    JOIN periods bears ON bears.tenant_id = l.tenant_id AND bears.id = l.period_id
    JOIN rating_runs r ON r.tenant_id = l.tenant_id AND r.id = l.run_id
    JOIN batch_sets s ON s.tenant_id = l.tenant_id AND s.id = l.batch_set
    WHERE coalesce(l.corrects_period_id, l.period_id) = :period_id AND s.batch_ids @> ARRAY[:batch]
    GROUP BY bears.code, bears.starts_on ORDER BY bears.starts_on
"""


def booked(
    session: TenantSession, period_id: UUID, batch_id: UUID
) -> list[tuple[str, dt.datetime]]:
    """Periods that bear lines for usage of a period in which the batch has a part, the first first.

    Each with when it was rated last.
    """
    query = sa.text(BOOKED).bindparams(sa.bindparam("batch", type_=sa.Uuid))
    found = session.execute(query, {"period_id": period_id, "batch": batch_id})
    return [(code, rated_at) for code, rated_at in found]
