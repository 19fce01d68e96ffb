"""A tolerance may be an amount beside a share, kept with what was judged by it.

Adds empty columns only, so the release before runs on unharmed.
"""

from alembic import op

revision = "0076_tolerances_may_be_amounts"
down_revision = "0075_commissions_are_amended"
branch_labels = None
depends_on = None

JUDGED = ("reconciliations", "supplier_invoices")
COLUMN = """
    ALTER TABLE {table} ADD COLUMN tolerance_amount numeric(38, 12)
    CHECK (tolerance_amount >= 0 AND tolerance_amount <> 'NaN')
"""


def upgrade() -> None:
    for table in JUDGED:
        op.execute(COLUMN.format(table=table))


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
