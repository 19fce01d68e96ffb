"""What a customer will never pay of an invoice is given up, booked and kept.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0055_debts_are_given_up"
down_revision = "0054_partners_pay_tax_at_source"
branch_labels = None
depends_on = None

DEBT_WRITE_OFFS = """
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0 AND amount <> 'NaN'),
    reason text NOT NULL CHECK (reason <> ''),
    written_off_on date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table(
            "debt_write_offs", DEBT_WRITE_OFFS, grants=APPEND_ONLY, audited=True, role=role
        ),
        append_only("debt_write_offs"),
        "CREATE INDEX write_offs_of_a_document ON debt_write_offs (tenant_id, document_id)",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
