"""A charge line says what its price is for: a minute, a piece, a megabyte, a kilowatt hour.

The column has a default, so the previous release runs on unharmed.
"""

from alembic import op

revision = "0015_measures"
down_revision = "0014_suspense_is_worked_off"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE charge_lines ADD COLUMN per text NOT NULL DEFAULT ''")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
