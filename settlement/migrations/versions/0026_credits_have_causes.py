"""A credit says what it is for: a share of revenue, a guarantee, an advance taken back...

Adds columns only, so the release before runs on unharmed.
"""

from alembic import op

revision = "0026_credits_have_causes"
down_revision = "0025_files_are_fetched"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE shares ADD COLUMN cause text NOT NULL DEFAULT 'share'")
    # Which rule of the terms split the revenue; empty where none but the general split did.
    op.execute("ALTER TABLE shares ADD COLUMN rule text NOT NULL DEFAULT ''")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
