"""Agents sell contracts, stand in a network, and get commissions.

Adds tables and a kind of agreement, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0037_agents_sell"
down_revision = "0036_supplier_bills_are_checked"
branch_labels = None
depends_on = None

CONTRACT_AGENTS = """
    contract_id uuid NOT NULL,
    valid_from date NOT NULL,
    agent_id uuid,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    FOREIGN KEY (tenant_id, contract_id) REFERENCES contracts,
    FOREIGN KEY (tenant_id, agent_id) REFERENCES parties
"""

AGENT_SUPERIORS = """
    agent_id uuid NOT NULL,
    valid_from date NOT NULL,
    superior_id uuid CHECK (superior_id <> agent_id),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    FOREIGN KEY (tenant_id, agent_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, superior_id) REFERENCES parties
"""

# The period is that of the sale.
CONTRACT_REFUNDS = """
    id uuid NOT NULL,
    period_id uuid NOT NULL,
    contract_id uuid NOT NULL,
    product text NOT NULL,
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0),
    document_id uuid NOT NULL,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, contract_id) REFERENCES contracts,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents
"""

KINDS = "'revenue_share', 'interconnect', 'commission'"


def upgrade() -> None:
    role = application_role(op.get_context())
    tables = {
        "contract_agents": (CONTRACT_AGENTS, "contract_id, valid_from"),
        "agent_superiors": (AGENT_SUPERIORS, "agent_id, valid_from"),
        "contract_refunds": (CONTRACT_REFUNDS, "id"),
    }
    for name, (columns, key) in tables.items():
        for statement in tenant_table(
            name, columns, key=key, grants=APPEND_ONLY, audited=key == "id", role=role
        ):
            op.execute(statement)
    op.execute("ALTER TABLE agreements DROP CONSTRAINT agreements_kind_check")
    op.execute(f"ALTER TABLE agreements ADD CHECK (kind IN ({KINDS}))")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
