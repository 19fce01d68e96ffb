"""Rates that people bring are approved by a second person before they are used.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import application_role, tenant_table

revision = "0051_rates_are_approved"
down_revision = "0050_prices_include_tax"
branch_labels = None
depends_on = None

FX_RATE_PROPOSALS = """
    id uuid NOT NULL,
    source text NOT NULL,
    rates jsonb NOT NULL,
    reason text NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected')),
    proposed_by text NOT NULL,
    proposed_by_id uuid,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    CHECK ((status = 'proposed') = (decided_at IS NULL)),
    CHECK (decided_by <> proposed_by OR status <> 'approved')
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in tenant_table("fx_rate_proposals", FX_RATE_PROPOSALS, audited=True, role=role):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
