"""Partners are paid in batches that one person proposes and another approves."""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0011_payouts"
down_revision = "0010_interconnect"
branch_labels = None
depends_on = None

PAYOUT_BATCHES = """
    id uuid NOT NULL,
    number text NOT NULL,
    currency char(3) NOT NULL,
    bank_account_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected', 'sent')),
    pays_on date NOT NULL,
    run_id uuid,
    proposed_by text NOT NULL,
    proposed_by_id uuid,
    proposed_at timestamptz NOT NULL,
    approved_by text,
    approved_by_id uuid,
    approved_at timestamptz,
    content_hash char(64) NOT NULL,
    file_sha256 char(64),
    FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_accounts,
    FOREIGN KEY (tenant_id, run_id) REFERENCES runs,
    CHECK (status IN ('proposed', 'rejected') OR approved_by IS NOT NULL),
    CHECK (approved_by IS NULL OR approved_by <> proposed_by),
    UNIQUE (tenant_id, number)
"""

# A payout below the threshold is carried: it is listed, moves no money, and belongs to no file.
PAYOUTS = """
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    party_id uuid NOT NULL,
    bank_account_id uuid,
    end_to_end_id text NOT NULL,
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('paid', 'carried', 'held')),
    reason text NOT NULL DEFAULT '',
    document_ids uuid[] NOT NULL DEFAULT '{}',
    FOREIGN KEY (tenant_id, batch_id) REFERENCES payout_batches,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, bank_account_id) REFERENCES bank_accounts,
    CHECK (outcome <> 'paid' OR (amount > 0 AND bank_account_id IS NOT NULL)),
    UNIQUE (tenant_id, end_to_end_id)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("payout_batches", PAYOUT_BATCHES, audited=True, role=role),
        *tenant_table("payouts", PAYOUTS, grants=APPEND_ONLY, audited=True, role=role),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
