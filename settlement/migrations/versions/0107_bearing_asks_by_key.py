"""That documents bear lines is checked document by document, and no line is locked for it first.

The check of the documents that a statement names was planned as a join. While a bill run fills an
empty register, nobody has counted its documents yet, and the join went through all of them for each
one: a run took the longer the more it had done. Now each is looked up by its key, whatever the
statistics say.

Triggers before a row is changed have it read and locked one more time, also where they then have
nothing to do. Those of charge lines look after the change; what they refuse, and in which words,
stays the same. The release before runs on unharmed.
"""

from alembic import op

from settlement.migrations.rated_lines import only_borne

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

BORNE_ONCE = """
    CREATE TRIGGER borne_once AFTER UPDATE OF document_id ON charge_lines
    FOR EACH ROW WHEN (OLD.document_id IS NOT NULL) EXECUTE FUNCTION rated_line_is_only_borne()
"""


def upgrade() -> None:
    for statement in (
        BORNE_BY_ISSUED,
        only_borne("charge_lines", "AFTER"),
        "DROP TRIGGER borne_once ON charge_lines",
        BORNE_ONCE,
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
