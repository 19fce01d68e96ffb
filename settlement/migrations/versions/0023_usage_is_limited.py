"""Usage may be limited by month; what is reached raises alerts, or stops.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import REPLACEABLE, application_role, tenant_table

revision = "0023_usage_is_limited"
down_revision = "0022_files_can_be_undone"
branch_labels = None
depends_on = None

# Of one subscription, or of all subscriptions of one contract; thresholds are percents.
USAGE_LIMITS = """
    id uuid NOT NULL,
    subscription_id uuid,
    contract_id uuid,
    counts text NOT NULL CHECK (counts IN ('money', 'units')),
    kind text,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0 AND amount <> 'NaN'),
    thresholds integer[] NOT NULL,
    at_limit text NOT NULL CHECK (at_limit IN ('alert', 'stop')),
    valid_from date NOT NULL,
    valid_until date,
    set_at timestamptz NOT NULL,
    set_by text NOT NULL,
    CHECK (num_nonnulls(subscription_id, contract_id) = 1),
    CHECK (counts = 'money' OR kind IS NOT NULL),
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions,
    FOREIGN KEY (tenant_id, contract_id) REFERENCES contracts
"""

LIMIT_ALERTS = """
    limit_id uuid NOT NULL,
    month date NOT NULL,
    percent integer NOT NULL CHECK (percent > 0),
    reached_at timestamptz NOT NULL,
    source text NOT NULL,
    event text NOT NULL,
    so_far numeric(38, 12) NOT NULL CHECK (so_far <> 'NaN'),
    raised_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, limit_id) REFERENCES usage_limits
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("usage_limits", USAGE_LIMITS, audited=True, role=role),
        *tenant_table(
            "limit_alerts",
            LIMIT_ALERTS,
            key="limit_id, month, percent",
            grants=REPLACEABLE,
            role=role,
        ),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
