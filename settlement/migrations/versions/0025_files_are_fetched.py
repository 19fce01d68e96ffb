"""Sources fetch their files from folders, SFTP servers and object stores.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import REPLACEABLE, application_role, tenant_table

revision = "0025_files_are_fetched"
down_revision = "0024_usage_is_packed"
branch_labels = None
depends_on = None

# Credentials in the settings are references; a secret itself is never stored.
PLACES = """
    id uuid NOT NULL,
    source_id uuid NOT NULL,
    settings jsonb NOT NULL,
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources,
    UNIQUE (tenant_id, source_id)
"""

LOOKS = """
    id uuid NOT NULL,
    source_id uuid NOT NULL,
    looked_at timestamptz NOT NULL,
    fault text NOT NULL,
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources,
    UNIQUE (tenant_id, source_id)
"""

# Each version of a file is found once, whoever looks, and claimed under a token that only rises.
FILES = """
    id uuid NOT NULL,
    source_id uuid NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    size_bytes bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('seen', 'claimed', 'taken', 'failed', 'refused')),
    fault text NOT NULL,
    attempts integer NOT NULL,
    token integer NOT NULL,
    batch_id uuid,
    is_aside boolean NOT NULL,
    seen_at timestamptz NOT NULL,
    claimed_at timestamptz,
    ended_at timestamptz,
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources,
    FOREIGN KEY (tenant_id, batch_id) REFERENCES batches,
    UNIQUE (tenant_id, source_id, name, version, size_bytes),
    CHECK ((status = 'taken') = (batch_id IS NOT NULL))
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("collecting_places", PLACES, audited=True, role=role),
        *tenant_table("collecting_looks", LOOKS, role=role),
        *tenant_table("found_files", FILES, grants=REPLACEABLE, role=role),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
