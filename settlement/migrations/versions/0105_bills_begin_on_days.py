"""Bills of a customer begin on a day of the month that was agreed with it.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import application_role, tenant_table

revision = "0105_bills_begin_on_days"
down_revision = "0104_seals_are_of_rules_too"
branch_labels = None
depends_on = None

CYCLE_DAYS = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    day smallint NOT NULL CHECK (day BETWEEN 1 AND 28),
    valid_from date NOT NULL,
    valid_until date,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    CONSTRAINT cycle_days_do_not_overlap EXCLUDE USING gist (
        tenant_id WITH =, party_id WITH =, daterange(valid_from, valid_until) WITH &&
    )
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in tenant_table("cycle_days", CYCLE_DAYS, audited=True, role=role):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
