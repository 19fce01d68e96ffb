"""What documents say, and the trail of it, is packed with LZ4: a third of the work of storing one.

Where the server was built without LZ4 nothing changes. Rows from before stay as they are packed;
the release before reads and writes both.
"""

from alembic import op

revision = "0086_documents_pack_quickly"
down_revision = "0085_carriers_debts_are_valued"
branch_labels = None
depends_on = None

PACKED = """
DO $$
BEGIN
    ALTER TABLE documents ALTER COLUMN content SET COMPRESSION lz4;
    ALTER TABLE audit_log ALTER COLUMN before SET COMPRESSION lz4,
                          ALTER COLUMN after SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'this server packs documents without LZ4';
END $$
"""


def upgrade() -> None:
    op.execute(PACKED)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
