"""A step of a delivery keeps the receipt that the network gave, such as an UPO of KSeF.

Adds a column with a default only, so the release before runs on unharmed.
"""

from alembic import op

revision = "0083_networks_give_receipts"
down_revision = "0082_usage_goes_with_invoices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE delivery_events ADD COLUMN receipt text NOT NULL DEFAULT ''")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
