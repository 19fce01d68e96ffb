"""What the audit trail says of a document of dozens of lines stands in its row, packed.

PostgreSQL moves what is longer than 2 kB when packed out of a row, in pieces that are each written,
numbered and found by an index. A bill of thirty lines is a little longer than that, and nobody
reads a row of the trail but for what it says. Now up to 4 kB stay, two rows to a page; what was
written before stays where it is. The release before runs on unharmed.
"""

from alembic import op

revision = "0112_the_trail_keeps_rows_whole"
down_revision = "0111_held_documents_are_found"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE audit_log SET (toast_tuple_target = 4080)")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
