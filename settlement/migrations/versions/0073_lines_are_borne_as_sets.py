"""That a document bears a charge line is checked once for a statement, and no longer line by line.

Bills of a run bear hundreds of thousands of lines, and a foreign key looks each of them up. The
check of the whole statement asks for more than the key did: that the document is issued. An issued
document is never deleted and its key never changes (`issued_stays_issued`), so nothing that is
borne loses its document. The release before runs on unharmed.
"""

from alembic import op

revision = "0073_lines_are_borne_as_sets"
down_revision = "0072_margins_are_taxed"
branch_labels = None
depends_on = None

BORNE_BY_ISSUED = """
CREATE FUNCTION lines_are_borne_by_issued_documents() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE missing uuid;
BEGIN
    SELECT b.document_id INTO missing
    FROM (SELECT DISTINCT tenant_id, document_id FROM touched
          WHERE document_id IS NOT NULL) AS b
    WHERE NOT EXISTS (SELECT FROM documents d
                      WHERE d.tenant_id = b.tenant_id AND d.id = b.document_id
                        AND d.status = 'issued')
    LIMIT 1;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION '% is no issued document, and bears no line of %', missing, TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute(BORNE_BY_ISSUED)
    for name, event in (("added", "INSERT"), ("borne", "UPDATE")):
        op.execute(
            f"CREATE TRIGGER {name}_by_issued_documents AFTER {event} ON charge_lines "
            "REFERENCING NEW TABLE AS touched "
            "FOR EACH STATEMENT EXECUTE FUNCTION lines_are_borne_by_issued_documents()"
        )
    op.execute(
        "ALTER TABLE charge_lines DROP CONSTRAINT IF EXISTS charge_lines_tenant_id_document_id_fkey"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
