"""A tenant enters VAT rates that the table does not have yet.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0047_rates_are_entered"
down_revision = "0046_disputes_settle_at_a_value"
branch_labels = None
depends_on = None

OWN_RATES = """
    id uuid NOT NULL,
    country char(2) NOT NULL,
    category text NOT NULL,
    rate numeric(7, 6) NOT NULL CHECK (rate > 0 AND rate < 1),
    valid_from date NOT NULL,
    entered_at timestamptz NOT NULL,
    entered_by text NOT NULL,
    UNIQUE (tenant_id, country, category, valid_from)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in [
        *tenant_table("own_vat_rates", OWN_RATES, grants=APPEND_ONLY, audited=True, role=role),
        append_only("own_vat_rates"),
    ]:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
