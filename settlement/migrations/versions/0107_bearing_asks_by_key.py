"""That documents bear lines is checked document by document, and no line is locked for it first.

The check of the documents that a statement names was planned as a join. While a bill run fills an
empty register, nobody has counted its documents yet, and the join went through all of them for each
one: a run took the longer the more it had done. Now each is looked up by its key, whatever the
statistics say.

Triggers before a row is changed have it read and locked one more time, also where they then have
nothing to do. Those of charge lines and shares look after the change; what they refuse, and in
which words, stays the same. The release before runs on unharmed.
"""

from alembic import op

revision = "0107_bearing_asks_by_key"
down_revision = "0106_missing_returns_are_waived"
branch_labels = None
depends_on = None

BORNE_BY_ISSUED = """
CREATE OR REPLACE FUNCTION lines_are_borne_by_issued_documents() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE missing uuid;
BEGIN
    SELECT b.document_id INTO missing
    FROM (SELECT DISTINCT tenant_id, document_id FROM touched
          WHERE document_id IS NOT NULL) AS b
    WHERE (SELECT d.status = 'issued' FROM documents d
           WHERE d.tenant_id = b.tenant_id AND d.id = b.document_id) IS NOT TRUE
    LIMIT 1;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION '% is no issued document, and bears no line of %', missing, TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$
"""

WATCHED = """
DO $$
DECLARE
    others text;
BEGIN
    SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) INTO others
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = 'charge_lines' AND column_name <> 'document_id';
    DROP TRIGGER only_borne ON charge_lines;
    DROP TRIGGER borne_once ON charge_lines;
    EXECUTE format(
        'CREATE TRIGGER only_borne AFTER UPDATE OF %s ON charge_lines '
        'FOR EACH ROW EXECUTE FUNCTION rated_line_is_only_borne()', others
    );
    CREATE TRIGGER borne_once AFTER UPDATE OF document_id ON charge_lines
        FOR EACH ROW WHEN (OLD.document_id IS NOT NULL)
        EXECUTE FUNCTION rated_line_is_only_borne();
END $$
"""


def upgrade() -> None:
    for statement in (BORNE_BY_ISSUED, WATCHED):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
