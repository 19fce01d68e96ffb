"""The rates of exchange that a comparison of calls went by are numbers: none of them is NaN.

Refuses only what was never written, so the release before runs on unharmed.
"""

from alembic import op

revision = "0060_rates_are_numbers"
down_revision = "0059_standard_terms_are_kept"
branch_labels = None
depends_on = None

NUMBERS = """
    ALTER TABLE record_comparisons
    ADD CONSTRAINT record_comparisons_our_rate_is_a_number CHECK (our_rate <> 'NaN'),
    ADD CONSTRAINT record_comparisons_their_rate_is_a_number CHECK (their_rate <> 'NaN')
"""


def upgrade() -> None:
    op.execute(NUMBERS)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
