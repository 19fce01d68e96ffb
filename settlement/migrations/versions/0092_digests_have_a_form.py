"""The digest of a closed period says in which form it was made; what is closed keeps the first.

The release before knows the first form only, closes periods in it and runs on unharmed; it takes
the digests of what this release has closed for changed books.
"""

from alembic import op

revision = "0092_digests_have_a_form"
down_revision = "0091_lines_are_checked_as_sets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE periods ADD COLUMN digest_form smallint NOT NULL DEFAULT 1")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
