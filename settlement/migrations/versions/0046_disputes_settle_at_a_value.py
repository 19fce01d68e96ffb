"""Disputes are raised on causes, on carriers' invoices and by objections, and settle at a value.

Adds tables and columns that may be null, so the release before runs on unharmed; a dispute without
`held` holds all of its amount.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0046_disputes_settle_at_a_value"
down_revision = "0045_events_are_sealed"
branch_labels = None
depends_on = None

DISPUTES = """
    ALTER COLUMN document_id DROP NOT NULL,
    ADD COLUMN held numeric(38, 12) CHECK (held <> 'NaN') CHECK (held >= 0 AND held <= amount),
    ADD COLUMN settled numeric(38, 12)
        CHECK (settled <> 'NaN') CHECK (settled > 0 AND settled <= amount),
    ADD COLUMN variance numeric(38, 12) CHECK (variance <> 'NaN') CHECK (abs(variance) = amount),
    ADD COLUMN comparison_id uuid,
    ADD COLUMN cause text,
    ADD COLUMN supplier_invoice_id uuid,
    ADD COLUMN supplier_invoice_line integer,
    ADD COLUMN objection_id uuid,
    ADD COLUMN adjusted_at timestamptz,
    ADD CHECK (adjusted_at IS NULL OR status = 'accepted' AND variance IS NOT NULL),
    ADD CHECK (
        num_nonnulls(reconciliation_id, comparison_id, supplier_invoice_id, objection_id) <= 1
    ),
    ADD CHECK (document_id IS NOT NULL OR coalesce(held, amount) = 0),
    ADD FOREIGN KEY (tenant_id, comparison_id) REFERENCES record_comparisons (tenant_id, id),
    ADD FOREIGN KEY (tenant_id, supplier_invoice_id, supplier_invoice_line)
        REFERENCES supplier_invoice_lines (tenant_id, supplier_invoice_id, line),
    ADD FOREIGN KEY (tenant_id, objection_id) REFERENCES exchange_messages (tenant_id, id),
    ADD UNIQUE (tenant_id, objection_id, document_line)
"""

# The buckets that an objection is about; a side that does not have one has no amount.
BUCKETS = """
    dispute_id uuid NOT NULL,
    line integer NOT NULL,
    day date NOT NULL,
    direction text NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    trunk text NOT NULL,
    destination text NOT NULL,
    amount_ours numeric(38, 12),
    amount_theirs numeric(38, 12),
    FOREIGN KEY (tenant_id, dispute_id) REFERENCES disputes
"""

VALUES = """
    dispute_id uuid NOT NULL,
    place integer NOT NULL CHECK (place > 0),
    proposed_by text NOT NULL CHECK (proposed_by IN ('us', 'them')),
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0),
    words text NOT NULL,
    proposed_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, dispute_id) REFERENCES disputes
"""

ATTACHMENTS = """
    id uuid NOT NULL,
    dispute_id uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    sha256 char(64) NOT NULL,
    attached_by text NOT NULL CHECK (attached_by IN ('us', 'them')),
    attached_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, dispute_id) REFERENCES disputes,
    UNIQUE (tenant_id, dispute_id, sha256)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        f"ALTER TABLE disputes {DISPUTES}",
        *tenant_table(
            "disputed_buckets", BUCKETS, key="dispute_id, line", grants=APPEND_ONLY, role=role
        ),
        *tenant_table(
            "dispute_values", VALUES, key="dispute_id, place", grants=APPEND_ONLY, role=role
        ),
        *tenant_table(
            "dispute_attachments", ATTACHMENTS, grants=APPEND_ONLY, audited=True, role=role
        ),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
