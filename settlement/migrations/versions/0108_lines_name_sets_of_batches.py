"""The batches behind charge lines stand once for all lines that have the same, and lines name them.

A month of two hundred files wrote two hundred ids into each of its hundred thousand lines. What is
there is moved. The release before does not run on it: stop it first.
"""

from alembic import op

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
NAMED = """
    UPDATE charge_lines c SET batch_set = b.id FROM batch_sets b
    WHERE b.tenant_id = c.tenant_id AND b.period_id = c.period_id AND b.batch_ids = c.batch_ids
"""

# Every column but the one that may change.
WATCHED = """
DO $$
DECLARE others text;
BEGIN
    SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) INTO others
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = 'charge_lines' AND column_name <> 'document_id';
    EXECUTE format(
        'CREATE TRIGGER only_borne AFTER UPDATE OF %s ON charge_lines '
        'FOR EACH ROW EXECUTE FUNCTION rated_line_is_only_borne()', others
    );
END $$
"""

# As 0091 has it for all else that lines name.
CALLED = {
    "run_id": "rating_runs",
    "period_id": "periods",
    "corrects_period_id": "periods",
    "party_id": "parties",
    "subscription_id": "subscriptions",
    "agreement_id": "agreements",
    "terms_id": "terms",
    "tariff_version_id": "tariff_versions",
    "charge_id": "individual_charges",
    "batch_set": "batch_sets",
}
MISSING = " UNION ALL ".join(
    f"""SELECT '{column}' AS called, n.id AS id
        FROM (SELECT DISTINCT tenant_id, {column} AS id FROM named WHERE {column} IS NOT NULL) n
        WHERE (SELECT true FROM {table} t
               WHERE t.tenant_id = n.tenant_id AND t.id = n.id) IS NOT TRUE"""  # noqa: S608
    for column, table in CALLED.items()
)
LINES_NAME_WHAT_IS_THERE = f"""
CREATE OR REPLACE FUNCTION lines_name_what_is_there() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE missing record;
BEGIN
    WITH named AS MATERIALIZED (
        SELECT DISTINCT tenant_id, {", ".join(CALLED)} FROM touched
    )
    SELECT * INTO missing FROM ({MISSING}) AS m LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% % is not there, and no line of % names it',
            missing.called, missing.id, TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608 - the words are our own.

OPENED = "FOR EACH STATEMENT EXECUTE FUNCTION rated_period_must_be_open()"


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table("batch_sets", BATCH_SETS, grants="SELECT, INSERT, DELETE", role=role),
        "CREATE INDEX batch_sets_period ON batch_sets (tenant_id, period_id)",
        "ALTER TABLE charge_lines ADD COLUMN batch_set uuid",
        "DROP TRIGGER only_borne ON charge_lines",
        *across_tenants(["charge_lines", "batch_sets"], MOVED, NAMED),
        "ALTER TABLE charge_lines DROP COLUMN batch_ids",
        WATCHED,
        LINES_NAME_WHAT_IS_THERE,
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
