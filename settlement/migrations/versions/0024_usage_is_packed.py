"""Small files of landed usage are packed; contracts and identifiers are found by their owners."""

from alembic import op

from tenants.persistence.isolation import REPLACEABLE, application_role, tenant_table

revision = "0024_usage_is_packed"
down_revision = "0023_usage_is_limited"
branch_labels = None
depends_on = None

USAGE_PACKS = """
    id uuid NOT NULL,
    source_id uuid NOT NULL,
    sha256 char(64) NOT NULL,
    records bigint NOT NULL CHECK (records > 0),
    retired_at timestamptz,
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources
"""

PACKED_FILES = """
    landed_file_id uuid NOT NULL,
    pack_id uuid NOT NULL,
    FOREIGN KEY (tenant_id, landed_file_id) REFERENCES landed_files,
    FOREIGN KEY (tenant_id, pack_id) REFERENCES usage_packs
"""

INDEXES = (
    "CREATE INDEX usage_packs_of_source ON usage_packs (tenant_id, source_id)",
    "CREATE INDEX packed_files_of_pack ON packed_files (tenant_id, pack_id)",
    "CREATE INDEX contracts_of_customer ON contracts (tenant_id, customer_id)",
    "CREATE INDEX subscriptions_of_contract ON subscriptions (tenant_id, contract_id)",
    "CREATE INDEX identifiers_of_subscription ON identifiers (tenant_id, subscription_id)",
)


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("usage_packs", USAGE_PACKS, grants=REPLACEABLE, role=role),
        *tenant_table(
            "packed_files", PACKED_FILES, key="landed_file_id", grants=REPLACEABLE, role=role
        ),
        *INDEXES,
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
