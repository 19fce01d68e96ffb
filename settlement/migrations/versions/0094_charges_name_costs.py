"""Individual charges of goods under the margin scheme name what the goods were bought for.

Adds a column that may be empty, so the release before runs on unharmed.
"""

from alembic import op

revision = "0094_charges_name_costs"
down_revision = "0093_alarms_go_by_kind"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE individual_charges ADD COLUMN purchase_cost numeric(38, 12)"
        " CHECK (purchase_cost >= 0 AND purchase_cost <> 'NaN')"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
