"""The events behind each shared revenue of a closed period have one root, kept before it is told.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0045_events_are_sealed"
down_revision = "0044_foreign_debts_are_valued"
branch_labels = None
depends_on = None

REVENUE_SEALS = """
    id uuid NOT NULL,
    period_id uuid NOT NULL,
    terms_id uuid NOT NULL,
    product text NOT NULL,
    currency char(3) NOT NULL,
    events bigint NOT NULL CHECK (events > 0),
    root text NOT NULL CHECK (root ~ '^[0-9a-f]{64}$'),
    UNIQUE (tenant_id, period_id, terms_id, product, currency),
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, terms_id) REFERENCES terms
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("revenue_seals", REVENUE_SEALS, grants=APPEND_ONLY, audited=True, role=role),
        append_only("revenue_seals"),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
