"""What an invoice bears, with the terms and the period that its revenue was shared by."""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from settlement.billing.invoice_lines import Charge
from tenants.session import TenantSession

BILLED = """
    SELECT CAST(c.id AS text) AS id, c.party_id, c.contract_id, c.service, c.product,
           c.traffic_direction, c.destination, c.case_name, c.per, c.tax_category, c.currency,
           c.amount, c.amount_3600, c.unit_price, c.reason, c.quantity, c.billed_units,
           c.starts_on, c.ends_on, coalesce(x.code, '') AS corrects, c.tariff_version_id,
           c.free_units,
           c.terms_id, coalesce(c.corrects_period_id, c.period_id) AS shared_in
    FROM charge_lines c
    LEFT JOIN periods x ON x.tenant_id = c.tenant_id AND x.id = c.corrects_period_id
    WHERE c.document_id = :document_id AND c.side = 'customer'
      -- Lines are found by their month and party.
      AND c.period_id = ANY (ARRAY(SELECT p.id FROM periods p))
      AND c.party_id = (SELECT d.party_id FROM documents d WHERE d.id = :document_id)
    ORDER BY c.id
"""


class Billed(NamedTuple):
    """A charge on an invoice; the terms by which its revenue is shared, and of which period."""

    charge: Charge
    terms_id: UUID | None
    period_id: UUID


def billed(session: TenantSession, document_id: UUID) -> list[Billed]:
    """The charges that an invoice bears."""
    found = []
    for row in session.execute(sa.text(BILLED), {"document_id": document_id}):
        facts = dict(row._mapping)
        terms_id, period_id = facts.pop("terms_id"), facts.pop("shared_in")
        found.append(Billed(Charge(**facts), terms_id, period_id))
    return found
