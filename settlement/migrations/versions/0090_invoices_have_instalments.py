"""Invoices are paid in instalments as agreed; plans, their ends and reminders of them are kept.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0090_invoices_have_instalments"
down_revision = "0089_the_trail_takes_sets"
branch_labels = None
depends_on = None

INSTALMENT_PLANS = """
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    currency char(3) NOT NULL,
    asked numeric(38, 12) NOT NULL,
    paid numeric(38, 12) NOT NULL,
    agreed_on date NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CHECK (asked > paid),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents
"""

INSTALMENTS = """
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    number smallint NOT NULL CHECK (number >= 1),
    due_on date NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0),
    UNIQUE (tenant_id, plan_id, number),
    UNIQUE (tenant_id, plan_id, due_on),
    FOREIGN KEY (tenant_id, plan_id) REFERENCES instalment_plans
"""

INSTALMENT_PLAN_ENDS = """
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    ended_on date NOT NULL,
    fell_away boolean NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    UNIQUE (tenant_id, plan_id),
    FOREIGN KEY (tenant_id, plan_id) REFERENCES instalment_plans
"""

REMINDED_INSTALMENTS = """
    id uuid NOT NULL,
    letter_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    number smallint NOT NULL,
    level integer NOT NULL CHECK (level >= 1),
    UNIQUE (tenant_id, plan_id, number, level),
    FOREIGN KEY (tenant_id, letter_id) REFERENCES documents,
    FOREIGN KEY (tenant_id, plan_id, number) REFERENCES instalments (tenant_id, plan_id, number)
"""

TABLES = {
    "instalment_plans": INSTALMENT_PLANS,
    "instalments": INSTALMENTS,
    "instalment_plan_ends": INSTALMENT_PLAN_ENDS,
    "reminded_instalments": REMINDED_INSTALMENTS,
}


def upgrade() -> None:
    role = application_role(op.get_context())
    for name, columns in TABLES.items():
        table = tenant_table(name, columns, grants=APPEND_ONLY, audited=True, role=role)
        for statement in (*table, append_only(name)):
            op.execute(statement)
    op.execute("CREATE INDEX plans_of_a_document ON instalment_plans (tenant_id, document_id)")
    op.execute(
        "CREATE INDEX instalments_of_a_letter ON reminded_instalments (tenant_id, letter_id)"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
