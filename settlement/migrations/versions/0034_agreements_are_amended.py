"""A revenue share is drafted, reviewed, and approved by a second person.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import application_role, tenant_table

revision = "0034_agreements_are_amended"
down_revision = "0033_balances_are_netted"
branch_labels = None
depends_on = None

AMENDMENTS = """
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('terms', 'end')),
    code text NOT NULL CHECK (code <> ''),
    party_id uuid NOT NULL,
    currency char(3) NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    terms jsonb NOT NULL,
    policies jsonb,
    status text NOT NULL CHECK (status IN ('draft', 'reviewed', 'approved', 'rejected')),
    proposed_by text NOT NULL,
    proposed_by_id uuid,
    proposed_at timestamptz NOT NULL,
    reviewed_by text,
    reviewed_at timestamptz,
    decided_by text,
    decided_by_id uuid,
    decided_at timestamptz,
    terms_id uuid,
    CHECK ((status IN ('approved', 'rejected')) = (decided_by IS NOT NULL)),
    CHECK (status <> 'approved' OR (reviewed_by IS NOT NULL AND terms_id IS NOT NULL)),
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, terms_id) REFERENCES terms
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in tenant_table("amendments", AMENDMENTS, audited=True, role=role):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
