"""Number series may count anew each year or month, and carry a code and a prefix of their own.

Adds columns with defaults only, so the release before runs on unharmed.
"""

from alembic import op

revision = "0041_counts_begin_anew"
down_revision = "0040_carriers_owe_within_limits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE number_series
            ADD COLUMN resets text NOT NULL DEFAULT 'never'
                CHECK (resets IN ('never', 'yearly', 'monthly')),
            ADD COLUMN series text NOT NULL DEFAULT '',
            ADD COLUMN prefix text NOT NULL DEFAULT '',
            ADD COLUMN cycle text NOT NULL DEFAULT '',
            ADD COLUMN cycle_before bigint NOT NULL DEFAULT 0 CHECK (cycle_before >= 0)
    """)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
