"""Partners accept what is issued in their names, or object; each answer is kept.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0053_partners_answer"
down_revision = "0052_interest_is_charged"
branch_labels = None
depends_on = None

ANSWERS = """
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    is_accepted boolean NOT NULL,
    answered_by text NOT NULL,
    answered_at timestamptz NOT NULL,
    reason text NOT NULL,
    reference text NOT NULL,
    CHECK (is_accepted OR reason <> ''),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("self_billing_answers", ANSWERS, grants=APPEND_ONLY, audited=True, role=role),
        append_only("self_billing_answers"),
        "CREATE INDEX answers_to_a_document ON self_billing_answers (tenant_id, document_id)",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
