"""The statements and declarations that payments are for, read as a set."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from currencies.money import money
from settlement.payouts.advising.advice_items import SettledStatement
from tenants.session import TenantSession

# Of a declaration it is what we owe; what the carrier owes us stands beside it.
SETTLED = """
    SELECT d.id, d.number, d.issued_on, d.kind = 'self_billed_credit' AS is_credit, d.currency,
           CASE WHEN d.kind = 'declaration' THEN coalesce(split_part(jsonb_path_query_first(
               d.content, '$.totals[*] ? (@.direction == "outgoing").payable'
           ) #>> '{}', ' ', 1)::numeric, 0)
           ELSE d.amount_gross END AS amount,
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
            money(row.amount, row.currency),
            money(row.withheld, row.currency),
        )
        for row in session.execute(sa.text(SETTLED), {"documents": list(documents)})
    }
