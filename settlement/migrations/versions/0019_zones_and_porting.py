"""Tariffs have prices by zones, and ported numbers have the price of their operator.

Adds tables only, so the previous release runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0019_zones_and_porting"
down_revision = "0018_allowances_roll_over"
branch_labels = None
depends_on = None

ZONE_PLANS = """
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, code)
"""

# A row ends where the next one of its prefix begins, and no later than it was said to. So two rows
# of a prefix cannot hold at once, and what was known at an instant is what was imported by then.
ZONE_PREFIXES = """
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    prefix text NOT NULL CHECK (prefix ~ '^[0-9]{1,17}$'),
    zone text NOT NULL CHECK (zone <> ''),
    valid_from date NOT NULL,
    stated_until date,
    imported_at timestamptz NOT NULL,
    imported_by text NOT NULL,
    CHECK (stated_until > valid_from),
    FOREIGN KEY (tenant_id, plan_id) REFERENCES zone_plans,
    UNIQUE (tenant_id, plan_id, prefix, valid_from)
"""

# The same holds for numbers; their operator is the routing prefix that prices are looked up by.
PORTED_NUMBERS = """
    id uuid NOT NULL,
    number text NOT NULL CHECK (number ~ '^[0-9]{1,17}$'),
    operator_code text NOT NULL CHECK (operator_code ~ '^[0-9]{1,17}$'),
    valid_from timestamptz NOT NULL CHECK (valid_from = date_trunc('second', valid_from)),
    stated_until timestamptz CHECK (stated_until = date_trunc('second', stated_until)),
    imported_at timestamptz NOT NULL,
    imported_by text NOT NULL,
    CHECK (stated_until > valid_from),
    UNIQUE (tenant_id, number, valid_from)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table("zone_plans", ZONE_PLANS, audited=True, role=role),
        *tenant_table("zone_prefixes", ZONE_PREFIXES, grants=APPEND_ONLY, role=role),
        *tenant_table("ported_numbers", PORTED_NUMBERS, grants=APPEND_ONLY, role=role),
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
