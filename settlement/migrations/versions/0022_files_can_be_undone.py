"""A loaded file can be undone: it counts no more, and everything else about it is kept.

The release before knows no undone file and no file that replaces others as a whole; let it end
before the first file is undone.
"""

from alembic import op

from tenants.persistence.isolation import application_role, tenant_table

revision = "0022_files_can_be_undone"
down_revision = "0021_inventory"
branch_labels = None
depends_on = None

# Whoever proposed it cannot be the one who approved it, whatever the application does.
UNDOS = """
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected')),
    why text NOT NULL CHECK (why <> ''),
    proposed_by text NOT NULL,
    proposed_by_id uuid,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_by_id uuid,
    decided_at timestamptz,
    FOREIGN KEY (tenant_id, batch_id) REFERENCES batches,
    CHECK ((status = 'proposed') = (decided_at IS NULL)),
    CHECK (status <> 'approved' OR (decided_by_id IS NOT NULL AND decided_by <> proposed_by
        AND decided_by_id IS DISTINCT FROM proposed_by_id))
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        "ALTER TABLE batches DROP CONSTRAINT batches_status_check",
        "ALTER TABLE batches ADD CONSTRAINT batches_status_check "
        "CHECK (status IN ('landed', 'quarantined', 'duplicate', 'undone'))",
        "ALTER TABLE batches ADD COLUMN undone_at timestamptz",
        "ALTER TABLE batches ADD CHECK ((status = 'undone') = (undone_at IS NOT NULL))",
        # A counter that comes round again may miss the same number again.
        "ALTER TABLE sequence_waivers "
        "DROP CONSTRAINT sequence_waivers_tenant_id_source_id_sequence_key",
        # The bytes of an undone file may be loaded again.
        "DROP INDEX batches_content",
        "CREATE UNIQUE INDEX batches_content ON batches (tenant_id, source_id, sha256) "
        "WHERE status NOT IN ('duplicate', 'undone')",
        "ALTER TABLE suspense DROP CONSTRAINT suspense_status_check",
        "ALTER TABLE suspense ADD CONSTRAINT suspense_status_check "
        "CHECK (status IN ('open', 'repaired', 'rejected', 'withdrawn'))",
        "ALTER TABLE landed_files ADD COLUMN is_whole boolean NOT NULL DEFAULT false",
        *tenant_table("batch_undos", UNDOS, audited=True, role=role),
        "CREATE UNIQUE INDEX batch_undos_waiting ON batch_undos (tenant_id, batch_id) "
        "WHERE status = 'proposed'",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
