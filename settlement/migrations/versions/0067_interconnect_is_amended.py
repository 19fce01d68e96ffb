"""Interconnect agreements are drafted, reviewed and approved as revenue shares are.

Adds two columns with defaults, so the release before runs on unharmed.
"""

from alembic import op

revision = "0067_interconnect_is_amended"
down_revision = "0066_corrections_wait"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE amendments"
        " ADD COLUMN agreement_kind text NOT NULL DEFAULT 'revenue_share'"
        " CHECK (agreement_kind IN ('revenue_share', 'interconnect')),"
        " ADD COLUMN trunks jsonb NOT NULL DEFAULT '[]'"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
