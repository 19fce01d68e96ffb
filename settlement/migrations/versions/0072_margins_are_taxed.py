"""Used goods are sold under the margin scheme: what they cost and the tax on the margin are kept.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0072_margins_are_taxed"
down_revision = "0071_flow_templates_are_kept"
branch_labels = None
depends_on = None

MARGIN_SALES = """
    id uuid NOT NULL,
    purpose text NOT NULL,
    line text NOT NULL,
    currency char(3) NOT NULL,
    cost numeric(38, 12) NOT NULL CHECK (cost >= 0 AND cost <> 'NaN'),
    rate numeric(12, 10) NOT NULL CHECK (rate >= 0 AND rate < 1),
    UNIQUE (tenant_id, purpose, line)
"""

MARGIN_TAXES = """
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount <> 0 AND amount <> 'NaN'),
    UNIQUE (tenant_id, document_id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for table, columns in (("margin_sales", MARGIN_SALES), ("margin_taxes", MARGIN_TAXES)):
        for statement in tenant_table(table, columns, grants=APPEND_ONLY, audited=True, role=role):
            op.execute(statement)
        op.execute(append_only(table))


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
