"""What is to be billed, read from the charges that rating keeps, and what has been billed."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from settlement.billing.invoice_lines import Charge
from tenants.session import TenantSession

# Charges of closed periods up to a day that no document bears yet, so what was carried in earlier
# cycles comes back by itself.
UNBILLED = """
    SELECT c.id, c.party_id, c.contract_id, c.service, c.product, c.traffic_direction,
           c.destination, c.case_name, c.per, c.tax_category, c.currency, c.amount, c.amount_3600,
           c.unit_price, c.reason, c.quantity, c.billed_units, c.starts_on, c.ends_on,
           coalesce(x.code, '') AS corrects
    FROM charge_lines c
    JOIN periods p ON p.tenant_id = c.tenant_id AND p.id = c.period_id
    LEFT JOIN periods x ON x.tenant_id = c.tenant_id AND x.id = c.corrects_period_id
    WHERE c.side = 'customer' AND c.document_id IS NULL
      AND p.status = 'closed' AND p.ends_on <= :ends_on
    ORDER BY c.party_id, c.currency, c.id
"""

BEAR = """
    UPDATE charge_lines SET document_id = b.document_id
    FROM unnest(CAST(:charges AS uuid[]), CAST(:documents AS uuid[])) AS b (charge_id, document_id)
    WHERE charge_lines.id = b.charge_id AND charge_lines.document_id IS NULL
"""


def lock(session: TenantSession) -> None:
    """Let one bill run of the tenant in at a time, until the transaction ends."""
    session.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended('billing:' || :tenant, 0))"),
        {"tenant": str(session.tenant_id)},
    )


def unbilled(session: TenantSession, ends_on: dt.date) -> list[Charge]:
    """Customers' charges of periods that ended by that day, customer by customer."""
    rows = session.execute(sa.text(UNBILLED), {"ends_on": ends_on})
    return [Charge(**row._mapping) for row in rows]


def bear(session: TenantSession, borne: Sequence[tuple[UUID, UUID]]) -> None:
    """Note for charges which document bears them, as a set."""
    found = session.execute(
        sa.text(BEAR),
        {"charges": [charge for charge, _ in borne], "documents": [doc for _, doc in borne]},
    )
    assert getattr(found, "rowcount", None) == len(borne), "a charge is billed once"
