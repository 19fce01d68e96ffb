"""What entries and postings name is checked once for a statement, and no longer row by row.

A bill run books an entry for each bill, all in one period, and each asked for the period, and each
posting for its entry and its party. Now a statement asks once for each of them: that the period is
open, and that entry and party are there and are the same tenant's. That an entry balances is said
by the statement that adds its postings, for they never change; at commit it is only asked whether
it has any. What postings and entries name never goes and keeps its key (`append_only`,
`charge_lines_name_it`). The release before runs on unharmed.
"""

from alembic import op

revision = "0109_entries_are_checked_as_sets"
down_revision = "0108_lines_name_sets_of_batches"
branch_labels = None
depends_on = None

# FOR SHARE makes a posting wait for a close in progress, so nothing slips in behind it.
PERIODS_MUST_BE_OPEN = """
CREATE FUNCTION ledger_periods_must_be_open() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE
    named record;
    found_status text;
BEGIN
    FOR named IN SELECT DISTINCT tenant_id, period_id FROM added ORDER BY 1, 2 LOOP
        SELECT status INTO found_status FROM periods
        WHERE tenant_id = named.tenant_id AND id = named.period_id FOR SHARE;
        IF found_status IS DISTINCT FROM 'open' THEN
            RAISE EXCEPTION 'period % is not open for entries', named.period_id
                USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""

# A look for each of what is named, by its key: a join would be planned by the size that tables had.
POSTINGS_NAME_WHAT_IS_THERE = """
CREATE FUNCTION postings_name_what_is_there() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE missing record;
BEGIN
    SELECT * INTO missing FROM (
        SELECT 'entry_id' AS called, n.id
        FROM (SELECT DISTINCT tenant_id, entry_id AS id FROM added) AS n
        WHERE (SELECT true FROM ledger_entries t
               WHERE t.tenant_id = n.tenant_id AND t.id = n.id) IS NOT TRUE
        UNION ALL
        SELECT 'party_id', n.id
        FROM (SELECT DISTINCT tenant_id, party_id AS id FROM added
              WHERE party_id IS NOT NULL) AS n
        WHERE (SELECT true FROM parties t
               WHERE t.tenant_id = n.tenant_id AND t.id = n.id) IS NOT TRUE
    ) AS m LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% % is not there, and no posting names it', missing.called, missing.id
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$
"""

ENTRY_HAS_POSTINGS = """
CREATE FUNCTION ledger_entry_has_postings() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_postings
                   WHERE tenant_id = NEW.tenant_id AND entry_id = NEW.id) THEN
        RAISE EXCEPTION 'ledger entry % does not balance', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""

TRIGGERS = (
    "DROP TRIGGER period_is_open ON ledger_entries",
    "DROP FUNCTION ledger_period_must_be_open()",
    "CREATE TRIGGER period_is_open AFTER INSERT ON ledger_entries REFERENCING NEW TABLE AS added "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_periods_must_be_open()",
    "DROP TRIGGER balanced ON ledger_entries",
    "DROP FUNCTION ledger_entry_must_balance()",
    "CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_entries "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_has_postings()",
    "CREATE TRIGGER added_names_what_is_there AFTER INSERT ON ledger_postings "
    "REFERENCING NEW TABLE AS added "
    "FOR EACH STATEMENT EXECUTE FUNCTION postings_name_what_is_there()",
    "ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_tenant_id_period_id_fkey",
    "ALTER TABLE ledger_postings DROP CONSTRAINT ledger_postings_tenant_id_entry_id_fkey",
    "ALTER TABLE ledger_postings DROP CONSTRAINT ledger_postings_tenant_id_party_id_fkey",
)


def upgrade() -> None:
    for statement in (
        PERIODS_MUST_BE_OPEN,
        POSTINGS_NAME_WHAT_IS_THERE,
        ENTRY_HAS_POSTINGS,
        *TRIGGERS,
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
