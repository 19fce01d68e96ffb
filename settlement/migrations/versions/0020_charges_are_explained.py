"""A charge line says how its amount came about, and corrections open to single calls too.

The column may be empty, so the previous release runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0020_charges_are_explained"
down_revision = "0019_zones_and_porting"
branch_labels = None
depends_on = None

# Where the charges of a closed period are that a run of the open one rated anew.
CORRECTIONS = """
    run_id uuid NOT NULL,
    period_id uuid NOT NULL,
    rated_sha256 char(64) NOT NULL,
    FOREIGN KEY (tenant_id, run_id) REFERENCES rating_runs,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    op.execute("ALTER TABLE charge_lines ADD COLUMN derivation text")
    for statement in tenant_table(
        "corrections", CORRECTIONS, key="run_id, period_id", grants=APPEND_ONLY, role=role
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
