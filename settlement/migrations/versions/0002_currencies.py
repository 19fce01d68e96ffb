"""Exchange rates are kept with their source, date, table number and history."""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0002_currencies"
down_revision = "0001_tenants"
branch_labels = None
depends_on = None

# `rate` is the price of `unit` pieces of `base`, in `quote`.
FX_RATES = """
    id uuid NOT NULL,
    source text NOT NULL,
    base char(3) NOT NULL,
    quote char(3) NOT NULL,
    unit integer NOT NULL CHECK (unit > 0),
    rate numeric(38, 12) NOT NULL CHECK (rate > 0),
    valid_on date NOT NULL,
    published_on date NOT NULL,
    table_number text NOT NULL DEFAULT '',
    loaded_at timestamptz NOT NULL,
    UNIQUE (tenant_id, source, base, quote, valid_on)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in tenant_table("fx_rates", FX_RATES, grants=APPEND_ONLY, role=role):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
