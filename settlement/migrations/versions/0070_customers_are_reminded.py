"""Customers are reminded of what is overdue; which letter named which item is kept.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0070_customers_are_reminded"
down_revision = "0069_documents_tell_fractions"
branch_labels = None
depends_on = None

REMINDED_ITEMS = """
    id uuid NOT NULL,
    letter_id uuid NOT NULL,
    document_id uuid NOT NULL,
    level integer NOT NULL CHECK (level >= 1),
    UNIQUE (tenant_id, document_id, level),
    FOREIGN KEY (tenant_id, letter_id) REFERENCES documents,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table(
            "reminded_items", REMINDED_ITEMS, grants=APPEND_ONLY, audited=True, role=role
        ),
        append_only("reminded_items"),
        "CREATE INDEX items_of_a_letter ON reminded_items (tenant_id, letter_id)",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
