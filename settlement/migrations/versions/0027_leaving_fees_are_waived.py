"""What leaving early costs may be waived, by two people.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import application_role, tenant_table

revision = "0027_leaving_fees_are_waived"
down_revision = "0026_credits_have_causes"
branch_labels = None
depends_on = None

LEAVING_WAIVERS = """
    id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected')),
    reason text NOT NULL CHECK (reason <> ''),
    proposed_by text NOT NULL,
    proposed_by_id uuid,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_by_id uuid,
    decided_at timestamptz,
    CHECK ((status = 'proposed') = (decided_by IS NULL AND decided_at IS NULL)),
    FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions
"""

# Of two proposals at once the first one stands.
ONE_STANDS = """
    CREATE UNIQUE INDEX one_leaving_waiver_stands ON leaving_waivers (tenant_id, subscription_id)
    WHERE status <> 'rejected'
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in tenant_table("leaving_waivers", LEAVING_WAIVERS, audited=True, role=role):
        op.execute(statement)
    op.execute(ONE_STANDS)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
