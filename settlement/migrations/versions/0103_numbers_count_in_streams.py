"""File numbers count in streams; a source may carry several, one for each pair of networks.

What never came is returned to a network by its numbers, so a return need be of no file. Adds
columns with defaults; the release before counts no stream, and runs on unharmed.
"""

from alembic import op

revision = "0103_numbers_count_in_streams"
down_revision = "0102_brands_have_labels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (
        "ALTER TABLE batches ADD COLUMN stream text NOT NULL DEFAULT ''",
        "ALTER TABLE sequence_waivers ADD COLUMN stream text NOT NULL DEFAULT ''",
        "ALTER TABLE sent_rap_files ALTER COLUMN batch_id DROP NOT NULL,"
        " ALTER COLUMN tap_sequence DROP NOT NULL,"
        " ADD COLUMN missing integer[] NOT NULL DEFAULT '{}',"
        " ADD CHECK ((batch_id IS NULL) = (missing <> '{}')),"
        " ADD CHECK ((batch_id IS NULL) = (tap_sequence IS NULL))",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
