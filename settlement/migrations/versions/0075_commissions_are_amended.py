"""Commissions are drafted, reviewed, approved and ended as other agreements are.

Widens a check, so the release before runs on unharmed.
"""

from alembic import op

revision = "0075_commissions_are_amended"
down_revision = "0074_places_are_proven"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE amendments DROP CONSTRAINT amendments_agreement_kind_check")
    op.execute(
        "ALTER TABLE amendments ADD CONSTRAINT amendments_agreement_kind_check"
        " CHECK (agreement_kind IN ('revenue_share', 'interconnect', 'commission'))"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
