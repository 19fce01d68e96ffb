"""A charge line names the case of the tariff that priced it.

The column has a default, so the previous release runs on unharmed.
"""

from alembic import op

revision = "0013_cases"
down_revision = "0012_portals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE charge_lines ADD COLUMN case_name text NOT NULL DEFAULT ''")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
