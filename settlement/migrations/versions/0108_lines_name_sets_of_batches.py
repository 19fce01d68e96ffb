"""The batches behind charge lines stand once for all lines that have the same, and lines name them.

A month of two hundred files wrote two hundred ids into each of its hundred thousand lines. What is
there is moved. The release before does not run on it: stop it first.
"""

from alembic import op

from settlement.migrations.rated_lines import NAMED, lines_name_what_is_there, only_borne
from tenants.persistence.isolation import across_tenants, application_role, tenant_table

revision = "0108_lines_name_sets_of_batches"
down_revision = "0107_bearing_asks_by_key"
branch_labels = None
depends_on = None

BATCH_SETS = """
    id uuid NOT NULL,
    period_id uuid NOT NULL,
    batch_ids uuid[] NOT NULL CHECK (batch_ids <> '{}'),
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods
"""

MOVED = """
    INSERT INTO batch_sets (tenant_id, id, period_id, batch_ids)
    SELECT tenant_id, gen_random_uuid(), period_id, batch_ids FROM charge_lines
    WHERE batch_ids <> '{}' GROUP BY tenant_id, period_id, batch_ids
"""
CALLED = """
    UPDATE charge_lines c SET batch_set = b.id FROM batch_sets b
    WHERE b.tenant_id = c.tenant_id AND b.period_id = c.period_id AND b.batch_ids = c.batch_ids
"""

OPENED = "FOR EACH STATEMENT EXECUTE FUNCTION rated_period_must_be_open()"


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table("batch_sets", BATCH_SETS, grants="SELECT, INSERT, DELETE", role=role),
        "CREATE INDEX batch_sets_period ON batch_sets (tenant_id, period_id)",
        "ALTER TABLE charge_lines ADD COLUMN batch_set uuid",
        "DROP TRIGGER only_borne ON charge_lines",
        *across_tenants(["charge_lines", "batch_sets"], MOVED, CALLED),
        "ALTER TABLE charge_lines DROP COLUMN batch_ids",
        only_borne("charge_lines", "AFTER"),
        lines_name_what_is_there(NAMED | {"batch_set": "batch_sets"}),
        "CREATE TRIGGER added_while_open AFTER INSERT ON batch_sets "
        f"REFERENCING NEW TABLE AS touched {OPENED}",
        "CREATE TRIGGER removed_while_open AFTER DELETE ON batch_sets "
        f"REFERENCING OLD TABLE AS touched {OPENED}",
        "CREATE TRIGGER never_changed BEFORE UPDATE ON batch_sets "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
