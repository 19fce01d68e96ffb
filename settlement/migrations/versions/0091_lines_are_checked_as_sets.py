"""What charge lines name is checked once for a statement, and no longer line by line.

A month has hundreds of thousands of lines that name the same few runs, customers and tariffs over
and over; nine foreign keys looked each of them up. The check of the whole statement asks for the
same: that what a line names is there, and is the same tenant's. Lines never change what they name
(`only_borne`), and what they may name is never deleted and keeps its key, which the database now
refuses instead of looking for lines. The index of borne lines has no place for those that are not.
The release before runs on unharmed.
"""

from alembic import op

from settlement.migrations.rated_lines import NAMED, lines_name_what_is_there

revision = "0091_lines_are_checked_as_sets"
down_revision = "0090_invoices_have_instalments"
branch_labels = None
depends_on = None

NAMED_STAYS = """
CREATE FUNCTION what_lines_name_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.tenant_id, NEW.id) IS NOT DISTINCT FROM (OLD.tenant_id, OLD.id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a row of % stays and keeps its key: charge lines may name it', TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation';
END $$
"""


def upgrade() -> None:
    for statement in (lines_name_what_is_there(NAMED), NAMED_STAYS):
        op.execute(statement)
    op.execute(
        "CREATE TRIGGER added_names_what_is_there AFTER INSERT ON charge_lines "
        "REFERENCING NEW TABLE AS touched "
        "FOR EACH STATEMENT EXECUTE FUNCTION lines_name_what_is_there()"
    )
    for table in sorted(set(NAMED.values())):
        op.execute(
            "CREATE TRIGGER charge_lines_name_it BEFORE DELETE OR UPDATE OF tenant_id, id "
            f"ON {table} FOR EACH ROW EXECUTE FUNCTION what_lines_name_stays()"
        )
    for column in NAMED:
        op.execute(f"ALTER TABLE charge_lines DROP CONSTRAINT charge_lines_tenant_id_{column}_fkey")
    op.execute("DROP INDEX charge_lines_document")
    op.execute(
        "CREATE INDEX charge_lines_document ON charge_lines (tenant_id, document_id) "
        "WHERE document_id IS NOT NULL"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
