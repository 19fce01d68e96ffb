"""A comparison of calls keeps the rates of exchange that it went by.

Adds columns that may be empty only, so the release before runs on unharmed.
"""

from alembic import op

revision = "0057_calls_are_compared_at_rates"
down_revision = "0056_invoices_are_chosen"
branch_labels = None
depends_on = None

RATES = """
    ALTER TABLE record_comparisons
    ADD COLUMN priced_in char(3),
    ADD COLUMN our_rate numeric(30, 12) CHECK (our_rate > 0 AND our_rate <> 'NaN'),
    ADD COLUMN their_rate numeric(30, 12) CHECK (their_rate > 0 AND their_rate <> 'NaN'),
    ADD CONSTRAINT rates_are_told_together CHECK (
        num_nulls(priced_in, our_rate, their_rate) IN (0, 3)
    )
"""


def upgrade() -> None:
    op.execute(RATES)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
