"""Customers choose how often they are billed: after every month, or after several together.

Adds columns with defaults only, so the release before runs on unharmed.
"""

from alembic import op

revision = "0077_customers_choose_cycles"
down_revision = "0076_tolerances_may_be_amounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE invoice_choices "
        "ADD COLUMN cycle_months smallint NOT NULL DEFAULT 1 "
        "CHECK (cycle_months IN (1, 2, 3, 4, 6, 12)), "
        "ADD COLUMN cycle_closes smallint NOT NULL DEFAULT 12 "
        "CHECK (cycle_closes BETWEEN 1 AND 12)"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
