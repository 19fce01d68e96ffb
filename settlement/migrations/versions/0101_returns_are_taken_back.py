"""What was given back to who sent it waits untouched, until two people take it back.

Adds a table, and columns that may be empty. The release before repairs and sends on what was
returned; let it end before anything is returned.
"""

from alembic import op

from tenants.persistence.isolation import across_tenants, application_role, tenant_table

revision = "0101_returns_are_taken_back"
down_revision = "0100_carriers_give_security"
branch_labels = None
depends_on = None

# Whoever proposed it cannot be the one who approved it, whatever the application does.
TAKE_BACKS = """
    id uuid NOT NULL,
    sent_rap_file_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected')),
    why text NOT NULL CHECK (why <> ''),
    proposed_by text NOT NULL,
    proposed_by_id uuid,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_by_id uuid,
    decided_at timestamptz,
    FOREIGN KEY (tenant_id, sent_rap_file_id) REFERENCES sent_rap_files,
    CHECK ((status = 'proposed') = (decided_at IS NULL)),
    CHECK (status <> 'approved' OR (decided_by_id IS NOT NULL AND decided_by <> proposed_by
        AND decided_by_id IS DISTINCT FROM proposed_by_id))
"""

NAME = "'RC' || f.sender || f.recipient || lpad(f.sequence::text, 5, '0')"

SUSPENDED = f"""
    UPDATE suspense SET returned_as = {NAME} FROM sent_returns r JOIN sent_rap_files f
    ON f.tenant_id = r.tenant_id AND f.id = r.sent_rap_file_id
    WHERE (suspense.tenant_id, suspense.batch_id, suspense.line)
        = (r.tenant_id, r.batch_id, r.line)
"""  # noqa: S608 - our own text.
WHOLE_FILES = f"""
    UPDATE batches SET returned_as = {NAME} FROM sent_returns r JOIN sent_rap_files f
    ON f.tenant_id = r.tenant_id AND f.id = r.sent_rap_file_id
    WHERE (batches.tenant_id, batches.id) = (r.tenant_id, r.batch_id) AND r.line = 0
"""  # noqa: S608 - our own text.


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        "ALTER TABLE suspense ADD COLUMN returned_as text",
        "ALTER TABLE batches ADD COLUMN returned_as text",
        "CREATE INDEX suspense_returned ON suspense (tenant_id, batch_id)"
        " WHERE returned_as IS NOT NULL",
        *across_tenants(
            ["suspense", "batches", "sent_returns", "sent_rap_files"], SUSPENDED, WHOLE_FILES
        ),
        *tenant_table("return_take_backs", TAKE_BACKS, audited=True, role=role),
        # A return is taken back once.
        "CREATE UNIQUE INDEX return_take_backs_open ON return_take_backs"
        " (tenant_id, sent_rap_file_id) WHERE status <> 'rejected'",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
