"""What customers get back, partners give back in part.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0029_refunds_are_shared"
down_revision = "0028_suspense_is_found_by_key"
branch_labels = None
depends_on = None

# The period is that of the sale, the document the customer's invoice.
REFUNDS = """
    id uuid NOT NULL,
    period_id uuid NOT NULL,
    terms_id uuid NOT NULL,
    product text NOT NULL,
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0),
    cause text NOT NULL CHECK (cause IN ('refund', 'chargeback', 'write_off')),
    reason text NOT NULL CHECK (reason <> ''),
    document_id uuid NOT NULL,
    line text NOT NULL,
    credit_id uuid,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, terms_id) REFERENCES terms,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents,
    FOREIGN KEY (tenant_id, credit_id) REFERENCES documents
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in tenant_table("refunds", REFUNDS, grants=APPEND_ONLY, audited=True, role=role):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
