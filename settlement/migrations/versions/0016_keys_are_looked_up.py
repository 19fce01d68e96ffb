"""Keys of landed records are looked up in sorted runs.

Adds a table and a column that may be empty, so the previous release runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import REPLACEABLE, application_role, tenant_table

revision = "0016_keys_are_looked_up"
down_revision = "0015_measures"
branch_labels = None
depends_on = None

# A run of keys sorted by hash: in a file, or in the row while it is short.
KEY_FILES = """
    id uuid NOT NULL,
    source_id uuid NOT NULL,
    keys bigint NOT NULL,
    sha256 char(64),
    content bytea,
    is_retired boolean NOT NULL,
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources,
    CHECK ((sha256 IS NULL) <> (content IS NULL)),
    CHECK (NOT is_retired OR sha256 IS NOT NULL)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("key_files", KEY_FILES, grants=REPLACEABLE, role=role),
        "CREATE INDEX key_files_of_source ON key_files (tenant_id, source_id)",
        # By this number the runs of a source name a batch; below zero its keys are forgotten.
        "ALTER TABLE batches ADD COLUMN key_number integer",
        "CREATE UNIQUE INDEX batches_key_number ON batches (tenant_id, source_id, abs(key_number))",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
