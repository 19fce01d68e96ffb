"""A tenant's brand is kept in versions, and a document remembers the one it was drawn in.

Adds a table and a column that may be empty, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0065_documents_wear_a_brand"
down_revision = "0064_documents_are_printed"
branch_labels = None
depends_on = None

BRAND_VERSIONS = """
    id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    valid_from date NOT NULL,
    content jsonb NOT NULL,
    restores integer CHECK (restores < version),
    kept_at timestamptz NOT NULL,
    kept_by text NOT NULL,
    UNIQUE (tenant_id, version),
    FOREIGN KEY (tenant_id, restores) REFERENCES brand_versions (tenant_id, version)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in [
        *tenant_table(
            "brand_versions", BRAND_VERSIONS, grants=APPEND_ONLY, audited=True, role=role
        ),
        append_only("brand_versions"),
        "ALTER TABLE documents ADD COLUMN brand_version integer",
        "ALTER TABLE documents ADD CONSTRAINT documents_wear_a_brand "
        "FOREIGN KEY (tenant_id, brand_version) REFERENCES brand_versions (tenant_id, version)",
    ]:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
