"""Customers choose from a day on which charges share an invoice.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import application_role, tenant_table

revision = "0056_invoices_are_chosen"
down_revision = "0055_debts_are_given_up"
branch_labels = None
depends_on = None

INVOICE_CHOICES = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    way text NOT NULL CHECK (way IN ('one', 'per_service', 'per_contract', 'groups')),
    groups jsonb NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    CONSTRAINT invoice_choices_do_not_overlap EXCLUDE USING gist (
        tenant_id WITH =, party_id WITH =, daterange(valid_from, valid_until) WITH &&
    )
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in tenant_table("invoice_choices", INVOICE_CHOICES, audited=True, role=role):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
