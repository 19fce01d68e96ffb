"""Documents that are held are found by what they are for, as issued ones are.

Whoever issues asks whether there is a document for the same purpose, issued or held. Only those
that are issued had an index for it, so each part of a bill run read the whole register. Few
documents are held, and the index is as small. The release before runs on unharmed.
"""

from alembic import op

revision = "0111_held_documents_are_found"
down_revision = "0110_lines_have_room_to_be_borne"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX documents_held ON documents (tenant_id, purpose) WHERE status = 'held'"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
