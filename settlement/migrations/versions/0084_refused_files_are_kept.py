"""Files of carriers that are refused are kept as they came, with who sent them and why not.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0084_refused_files_are_kept"
down_revision = "0083_networks_give_receipts"
branch_labels = None
depends_on = None

REFUSED_FILES = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('declaration', 'calls')),
    sha256 char(64) NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    code text NOT NULL,
    reason text NOT NULL,
    refused_by text NOT NULL,
    refused_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table("refused_files", REFUSED_FILES, grants=APPEND_ONLY, audited=True, role=role),
        append_only("refused_files"),
        "CREATE INDEX refused_files_of_a_carrier"
        " ON refused_files (tenant_id, carrier_id, refused_at)",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
