"""The documents of a party are found without reading the register.

A bill run asks part by part what its customers were billed in earlier months, and a portal shows
the documents of one party. Without an index by party either reads all documents of the tenant. The
release before runs on unharmed.
"""

from alembic import op

revision = "0114_documents_of_a_party"
down_revision = "0113_lines_are_borne_in_page"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX documents_party ON documents (tenant_id, party_id)")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
