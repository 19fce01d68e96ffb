"""Silence agrees to offsets, where the netting agreement says so.

Adds columns with defaults, so the release before runs on unharmed.
"""

from alembic import op

revision = "0080_silence_agrees_to_offsets"
down_revision = "0079_agreed_amounts_are_booked"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE netting_agreements"
        " ADD COLUMN acceptance text NOT NULL DEFAULT 'agreed'"
        " CHECK (acceptance IN ('agreed', 'agreed_or_silent')),"
        " ADD COLUMN silence_days integer CHECK (silence_days >= 1),"
        " ADD CHECK ((acceptance = 'agreed_or_silent') = (silence_days IS NOT NULL))"
    )
    op.execute(
        "ALTER TABLE offset_consents ADD COLUMN is_silent boolean NOT NULL DEFAULT false,"
        " ADD CHECK (reference = '' OR NOT is_silent)"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
