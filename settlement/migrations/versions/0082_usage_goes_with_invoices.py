"""Customers choose whether itemised usage goes with their invoices, and in which form.

Adds columns with defaults only, so the release before runs on unharmed.
"""

from alembic import op

revision = "0082_usage_goes_with_invoices"
down_revision = "0081_credits_tell_fractions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE delivery_choices "
        "ADD COLUMN usage_form text NOT NULL DEFAULT '', "
        "ADD COLUMN usage_whole boolean NOT NULL DEFAULT false "
        "CHECK (NOT usage_whole OR usage_form <> '')"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
