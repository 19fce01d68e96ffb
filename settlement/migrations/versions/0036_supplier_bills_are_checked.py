"""Invoices of carriers are kept with what was expected of each of their lines.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0036_supplier_bills_are_checked"
down_revision = "0035_records_are_compared"
branch_labels = None
depends_on = None

INVOICES = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    agreement text NOT NULL,
    number text NOT NULL,
    issued_on date NOT NULL,
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount <> 'NaN'),
    expected_amount numeric(38, 12) NOT NULL CHECK (expected_amount <> 'NaN'),
    tolerance numeric(38, 12) NOT NULL CHECK (tolerance BETWEEN 0 AND 1),
    verdict text NOT NULL,
    sha256 char(64) NOT NULL,
    checked_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties,
    UNIQUE (tenant_id, carrier_id, number)
"""

# Calls and seconds are null where the carrier does not say them.
LINES = """
    supplier_invoice_id uuid NOT NULL,
    line integer NOT NULL,
    destination text NOT NULL,
    trunk text NOT NULL,
    starts_on date NOT NULL,
    until date NOT NULL CHECK (until > starts_on),
    lines integer NOT NULL CHECK (lines >= 0),
    calls bigint,
    seconds bigint,
    amount numeric(38, 12) NOT NULL CHECK (amount <> 'NaN'),
    expected_calls bigint NOT NULL,
    expected_seconds bigint NOT NULL,
    expected_amount numeric(38, 12) NOT NULL CHECK (expected_amount <> 'NaN'),
    agreement text NOT NULL,
    FOREIGN KEY (tenant_id, supplier_invoice_id) REFERENCES supplier_invoices
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("supplier_invoices", INVOICES, grants=APPEND_ONLY, role=role),
        *tenant_table(
            "supplier_invoice_lines",
            LINES,
            key="supplier_invoice_id, line",
            grants=APPEND_ONLY,
            role=role,
        ),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
