"""Parties may be units of local governments or members of VAT groups.

Adds a column that may be empty, so the release before runs on unharmed.
"""

from alembic import op

revision = "0078_parties_may_be_units"
down_revision = "0077_customers_choose_cycles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE parties ADD COLUMN tax_unit jsonb"
        " CHECK (tax_unit ->> 'kind' IN ('local_government', 'vat_group'))"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
