"""Templates of flows are kept, so that flows of other files of the source are read by them."""

from alembic import op

from tenants.persistence.isolation import REPLACEABLE, application_role, tenant_table

revision = "0071_flow_templates_are_kept"
down_revision = "0070_customers_are_reminded"
branch_labels = None
depends_on = None

FLOW_TEMPLATES = """
    id uuid NOT NULL,
    source_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('given', 'read', 'wanted')),
    version smallint NOT NULL,
    domain bigint NOT NULL,
    number integer NOT NULL,
    definition text NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL CHECK (first_at <= last_at),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources,
    FOREIGN KEY (tenant_id, batch_id) REFERENCES batches
"""

INDEXES = (
    "CREATE INDEX flow_templates_of_source ON flow_templates (tenant_id, source_id, role)",
    "CREATE INDEX flow_templates_of_batch ON flow_templates (tenant_id, batch_id)",
)


def upgrade() -> None:
    role = application_role(op.get_context())
    table = tenant_table("flow_templates", FLOW_TEMPLATES, grants=REPLACEABLE, role=role)
    for statement in (*table, *INDEXES):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
