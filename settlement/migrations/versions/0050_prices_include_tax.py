"""Prices of a product may include the tax.

Adds a column with a default, so the release before runs on unharmed.
"""

from alembic import op

revision = "0050_prices_include_tax"
down_revision = "0049_visitors_are_charged_in_tap"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE products ADD COLUMN has_tax_inside boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
