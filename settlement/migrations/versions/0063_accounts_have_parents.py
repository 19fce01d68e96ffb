"""Accounts have parent accounts that pay for them, and contracts have cost centres.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0063_accounts_have_parents"
down_revision = "0062_drafts_are_reviewed"
branch_labels = None
depends_on = None

PARENT_ACCOUNTS = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    parent_id uuid CHECK (parent_id <> party_id),
    valid_from date NOT NULL,
    valid_until date,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, parent_id) REFERENCES parties,
    CONSTRAINT parent_accounts_do_not_overlap EXCLUDE USING gist (
        tenant_id WITH =, party_id WITH =, daterange(valid_from, valid_until) WITH &&
    )
"""

CONTRACT_COST_CENTRES = """
    id uuid NOT NULL,
    contract_id uuid NOT NULL,
    valid_from date NOT NULL,
    cost_centre text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    UNIQUE (tenant_id, contract_id, valid_from),
    FOREIGN KEY (tenant_id, contract_id) REFERENCES contracts
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("parent_accounts", PARENT_ACCOUNTS, audited=True, role=role),
        *tenant_table(
            "contract_cost_centres",
            CONTRACT_COST_CENTRES,
            grants=APPEND_ONLY,
            audited=True,
            role=role,
        ),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
