"""Drafts of documents are looked at and approved before they are issued.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, REPLACEABLE, application_role, tenant_table

revision = "0062_drafts_are_reviewed"
down_revision = "0061_bills_run_in_parts"
branch_labels = None
depends_on = None

DOCUMENT_DRAFTS = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    period_id uuid NOT NULL,
    purpose text NOT NULL,
    kind text NOT NULL,
    currency char(3) NOT NULL,
    owed numeric(38, 12) NOT NULL CHECK (owed <> 'NaN'),
    content jsonb NOT NULL,
    charges uuid[] NOT NULL,
    status text NOT NULL CHECK (status IN ('drafted', 'approved', 'issued', 'thrown_away')),
    drafted_on date NOT NULL,
    drafted_at timestamptz NOT NULL,
    drafted_by text NOT NULL,
    drafted_by_id uuid,
    approved_at timestamptz,
    approved_by text,
    document_id uuid,
    CHECK ((status IN ('approved', 'issued')) = (approved_by IS NOT NULL)),
    CHECK ((status = 'issued') = (document_id IS NOT NULL)),
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents,
    UNIQUE (tenant_id, purpose)
"""

# What a person took off the documents of a month; it comes back with the next one.
CHARGES_LEFT_OUT = """
    id uuid NOT NULL,
    charge_id uuid NOT NULL,
    ends_on date NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    FOREIGN KEY (tenant_id, charge_id) REFERENCES charge_lines,
    UNIQUE (tenant_id, charge_id, ends_on)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table(
            "document_drafts", DOCUMENT_DRAFTS, grants=REPLACEABLE, audited=True, role=role
        ),
        *tenant_table(
            "charges_left_out", CHARGES_LEFT_OUT, grants=APPEND_ONLY, audited=True, role=role
        ),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
