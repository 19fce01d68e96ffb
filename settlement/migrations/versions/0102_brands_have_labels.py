"""Brands have labels, and documents of some parties wear that of a label.

Adds a table, and a column that is filled by default, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import application_role, tenant_table

revision = "0102_brands_have_labels"
down_revision = "0101_returns_are_taken_back"
branch_labels = None
depends_on = None

WORN_LABELS = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    label text NOT NULL,
    valid_from date NOT NULL,
    UNIQUE (tenant_id, party_id, valid_from),
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in [
        "ALTER TABLE brand_versions ADD COLUMN label text NOT NULL DEFAULT ''",
        *tenant_table("worn_labels", WORN_LABELS, audited=True, role=role),
    ]:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
