"""The statements that payments are for, read as a set."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from currencies.money import money
from settlement.payouts.advising.advice_items import SettledStatement
from tenants.session import TenantSession

SETTLED = """
    SELECT d.id, d.number, d.issued_on, d.kind = 'self_billed_credit' AS is_credit, d.currency,
           d.amount_gross,
           coalesce(split_part(d.content #>> '{totals,withheld}', ' ', 1)::numeric, 0) AS withheld
    FROM documents d WHERE d.id = ANY (CAST(:documents AS uuid[]))
"""


def settled(session: TenantSession, documents: Collection[UUID]) -> dict[UUID, SettledStatement]:
    """Statements by their ids."""
    return {
        row.id: SettledStatement(
            row.number,
            row.issued_on,
            row.is_credit,
            money(row.amount_gross, row.currency),
            money(row.withheld, row.currency),
        )
        for row in session.execute(sa.text(SETTLED), {"documents": list(documents)})
    }
