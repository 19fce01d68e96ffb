"""What customers pay is kept, with the invoices it pays.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0039_customers_pay"
down_revision = "0038_declarations_correct_others"
branch_labels = None
depends_on = None

RECEIPTS = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    reference text NOT NULL CHECK (reference <> ''),
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0),
    received_on date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    bounced_on date CHECK (bounced_on >= received_on),
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    UNIQUE (tenant_id, reference)
"""

# What is taken back is a row below zero.
RECEIPT_PARTS = """
    id uuid NOT NULL,
    receipt_id uuid NOT NULL,
    document_id uuid NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount <> 0),
    applied_on date NOT NULL,
    FOREIGN KEY (tenant_id, receipt_id) REFERENCES receipts,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents
"""

INDEXES = (
    "CREATE INDEX receipts_of_a_party ON receipts (tenant_id, party_id, currency)",
    "CREATE INDEX parts_of_a_receipt ON receipt_parts (tenant_id, receipt_id)",
    "CREATE INDEX parts_of_a_document ON receipt_parts (tenant_id, document_id)",
)


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("receipts", RECEIPTS, audited=True, role=role),
        *tenant_table("receipt_parts", RECEIPT_PARTS, grants=APPEND_ONLY, audited=True, role=role),
        append_only("receipt_parts"),
        *INDEXES,
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
