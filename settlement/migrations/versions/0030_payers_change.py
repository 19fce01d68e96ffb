"""Somebody else may pay for a contract from a day on.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import application_role, tenant_table

revision = "0030_payers_change"
down_revision = "0029_refunds_are_shared"
branch_labels = None
depends_on = None

CONTRACT_PAYERS = """
    contract_id uuid NOT NULL,
    valid_from date NOT NULL,
    payer_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    FOREIGN KEY (tenant_id, contract_id) REFERENCES contracts,
    FOREIGN KEY (tenant_id, payer_id) REFERENCES parties
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    key = "contract_id, valid_from"
    for statement in tenant_table("contract_payers", CONTRACT_PAYERS, key=key, role=role):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
