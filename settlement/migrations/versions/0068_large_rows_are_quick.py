"""Long documents are audited, and charge lines are borne by them, with less work per row.

What is kept stays the same, and so does what is refused: a line that a document bears for the first
time needs no look at its other columns where the statement names none of them, and what has no
secret in it is not written anew without one. The release before runs on unharmed.
"""

from alembic import op

revision = "0068_large_rows_are_quick"
down_revision = "0067_interconnect_is_amended"
branch_labels = None
depends_on = None

AUDITED_FORM = """
CREATE OR REPLACE FUNCTION audited_form(content jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, public AS $$
BEGIN
    IF content ?| ARRAY['password_hash', 'secret_hash', 'token_hash'] THEN
        content := content - ARRAY['password_hash', 'secret_hash', 'token_hash'];
    END IF;
    IF content ->> 'iban' IS NOT NULL THEN
        content := content || jsonb_build_object('iban', '…' || right(content ->> 'iban', 4));
    END IF;
    RETURN content;
END $$
"""

# Every column but the one that may change: a statement that sets none of them changes none.
WATCHED = """
DO $$
DECLARE
    lines text;
    others text;
BEGIN
    FOREACH lines IN ARRAY ARRAY['charge_lines', 'shares'] LOOP
        SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) INTO others
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = lines AND column_name <> 'document_id';
        EXECUTE format('DROP TRIGGER only_borne ON %I', lines);
        EXECUTE format(
            'CREATE TRIGGER only_borne BEFORE UPDATE OF %s ON %I '
            'FOR EACH ROW EXECUTE FUNCTION rated_line_is_only_borne()', others, lines
        );
        EXECUTE format(
            'CREATE TRIGGER borne_once BEFORE UPDATE OF document_id ON %I '
            'FOR EACH ROW WHEN (OLD.document_id IS NOT NULL) '
            'EXECUTE FUNCTION rated_line_is_only_borne()', lines
        );
    END LOOP;
END $$
"""

# The default of PostgreSQL packs a long document several times as slowly; not all have another.
PACKED = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_settings
               WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        ALTER TABLE documents ALTER COLUMN content SET COMPRESSION lz4;
        ALTER TABLE audit_log ALTER COLUMN before SET COMPRESSION lz4;
        ALTER TABLE audit_log ALTER COLUMN after SET COMPRESSION lz4;
    END IF;
END $$
"""


def upgrade() -> None:
    for statement in (AUDITED_FORM, WATCHED, PACKED):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
