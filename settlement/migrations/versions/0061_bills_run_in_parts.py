"""Bill runs are kept while they go on, and bills outside their bounds wait for a person.

Adds tables and an index only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import application_role, tenant_table

revision = "0061_bills_run_in_parts"
down_revision = "0060_rates_are_numbers"
branch_labels = None
depends_on = None

BILL_RUNS = """
    id uuid NOT NULL,
    period_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'rejected', 'approved', 'done')),
    asked_by text NOT NULL,
    asked_by_id uuid,
    asked_at timestamptz NOT NULL,
    decided_by text,
    decided_by_id uuid,
    decided_at timestamptz,
    job_run_id uuid,
    bills bigint NOT NULL CHECK (bills >= 0),
    done bigint NOT NULL CHECK (done >= 0),
    issued bigint NOT NULL CHECK (issued >= 0),
    carried bigint NOT NULL CHECK (carried >= 0),
    parked bigint NOT NULL CHECK (parked >= 0),
    after_code text NOT NULL,
    after_currency text NOT NULL,
    finished_at timestamptz,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    CHECK (decided_by <> asked_by),
    CHECK ((status = 'done') = (finished_at IS NOT NULL))
"""

PARKED_BILLS = """
    id uuid NOT NULL,
    period_id uuid NOT NULL,
    party_id uuid NOT NULL,
    currency char(3) NOT NULL,
    cause text NOT NULL CHECK (cause IN ('bound', 'refused')),
    reason text NOT NULL CHECK (reason <> ''),
    charges bigint NOT NULL CHECK (charges > 0),
    amount numeric(38, 12),
    status text NOT NULL CHECK (status IN ('parked', 'released', 'billed')),
    parked_by text NOT NULL,
    parked_by_id uuid,
    parked_at timestamptz NOT NULL,
    released_by text,
    released_by_id uuid,
    released_at timestamptz,
    UNIQUE (tenant_id, period_id, party_id, currency),
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    CHECK (status <> 'released' OR released_at IS NOT NULL),
    CHECK (released_by <> parked_by)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("bill_runs", BILL_RUNS, role=role),
        *tenant_table("parked_bills", PARKED_BILLS, audited=True, role=role),
        "CREATE UNIQUE INDEX bill_runs_under_way ON bill_runs (tenant_id, period_id) "
        "WHERE status IN ('proposed', 'approved')",
        # A run reads what is not billed yet, customer by customer.
        "CREATE INDEX charge_lines_unbilled ON charge_lines (tenant_id, party_id, currency) "
        "WHERE document_id IS NULL AND side = 'customer'",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
