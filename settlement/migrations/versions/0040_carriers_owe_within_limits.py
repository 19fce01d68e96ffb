"""What a carrier may owe is limited, and what of the limit was told is kept.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import REPLACEABLE, application_role, tenant_table

revision = "0040_carriers_owe_within_limits"
down_revision = "0039_customers_pay"
branch_labels = None
depends_on = None

# Percents at which somebody is told; at 100 the carrier's trunks are blocked.
CREDIT_LIMITS = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0 AND amount <> 'NaN'),
    currency char(3) NOT NULL,
    percents integer[] NOT NULL,
    set_at timestamptz NOT NULL,
    set_by text NOT NULL,
    UNIQUE (tenant_id, carrier_id, currency),
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties
"""

CREDIT_ALERTS = """
    limit_id uuid NOT NULL,
    percent integer NOT NULL CHECK (percent > 0),
    owed numeric(38, 12) NOT NULL CHECK (owed <> 'NaN'),
    told_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, limit_id) REFERENCES credit_limits
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("credit_limits", CREDIT_LIMITS, audited=True, role=role),
        *tenant_table(
            "credit_alerts", CREDIT_ALERTS, key="limit_id, percent", grants=REPLACEABLE, role=role
        ),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
