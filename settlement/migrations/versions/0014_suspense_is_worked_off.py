"""Waiting records are repaired by rules, and written off when a second person agrees.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0014_suspense_is_worked_off"
down_revision = "0013_cases"
branch_labels = None
depends_on = None

RULES = """
    id uuid NOT NULL,
    source_id uuid,
    reason text NOT NULL,
    field text NOT NULL,
    pattern text NOT NULL,
    target text NOT NULL,
    value text NOT NULL,
    why text NOT NULL CHECK (why <> ''),
    is_standing boolean NOT NULL,
    records bigint NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    stopped_at timestamptz,
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources
"""

# Whoever proposed it cannot be the one who approved it, whatever the application does.
WRITE_OFFS = """
    id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected')),
    why text NOT NULL CHECK (why <> ''),
    records bigint NOT NULL,
    written_off bigint NOT NULL CHECK (written_off BETWEEN 0 AND records),
    proposed_by text NOT NULL,
    proposed_by_id uuid,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_by_id uuid,
    decided_at timestamptz,
    CHECK ((status = 'proposed') = (decided_at IS NULL)),
    CHECK (status <> 'approved' OR (decided_by_id IS NOT NULL AND decided_by <> proposed_by
        AND decided_by_id IS DISTINCT FROM proposed_by_id))
"""

RECORDS = """
    write_off_id uuid NOT NULL,
    suspense_id uuid NOT NULL,
    FOREIGN KEY (tenant_id, write_off_id) REFERENCES write_offs,
    FOREIGN KEY (tenant_id, suspense_id) REFERENCES suspense
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("repair_rules", RULES, audited=True, role=role),
        *tenant_table("write_offs", WRITE_OFFS, audited=True, role=role),
        *tenant_table(
            "written_off_records",
            RECORDS,
            key="write_off_id, suspense_id",
            grants=APPEND_ONLY,
            role=role,
        ),
        append_only("written_off_records"),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
