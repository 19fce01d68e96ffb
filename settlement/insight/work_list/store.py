"""What waits, in groups of records that are alike."""

import sqlalchemy as sa

from settlement.insight.work_list.estimating import Group
from tenants.session import TenantSession

# A number in the form of E.164 begins with its country; what is written otherwise names none here.
GROUPS = """
    SELECT s.stage, s.reason, o.code AS source,
        coalesce(s.record -> 'fields' ->> 'kind', o.policies ->> 'kind', 'voice') AS kind,
        CASE WHEN s.record -> 'fields' ->> 'b_number' LIKE '+%'
            THEN substr(s.record -> 'fields' ->> 'b_number', 2, 3) ELSE '' END AS digits,
        count(*) AS records
    FROM suspense s
    JOIN batches b ON b.tenant_id = s.tenant_id AND b.id = s.batch_id
    JOIN sources o ON o.tenant_id = b.tenant_id AND o.id = b.source_id
    WHERE s.status = 'open'
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""


def groups(session: TenantSession) -> list[Group]:
    """Waiting records by reason, source, kind and the first digits of the called number."""
    return [Group(*row) for row in session.execute(sa.text(GROUPS))]
