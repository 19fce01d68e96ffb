"""The part of a sub-account in invoices to others, read from the charges they bear."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from tenants.session import TenantSession

OWN_PART = """
    SELECT d.number, d.issued_on, k.number AS contract, c.service, c.product, c.destination,
           c.currency, sum(c.amount) AS amount
    FROM charge_lines c
    JOIN contracts k ON k.tenant_id = c.tenant_id AND k.id = c.contract_id
    JOIN documents d ON d.tenant_id = c.tenant_id AND d.id = c.document_id
    WHERE k.customer_id = :party_id AND c.party_id <> :party_id AND c.side = 'customer'
      AND d.status = 'issued'
    GROUP BY d.number, d.issued_on, k.number, c.service, c.product, c.destination, c.currency
    ORDER BY d.issued_on DESC, d.number, k.number, c.service, c.product, c.destination
    LIMIT :limit
"""


def own_part(session: TenantSession, party_id: UUID, limit: int) -> Sequence[sa.Row[Any]]:
    """Sums of the charges of a party's contracts on documents that somebody else was sent."""
    return session.execute(sa.text(OWN_PART), {"party_id": party_id, "limit": limit}).all()
