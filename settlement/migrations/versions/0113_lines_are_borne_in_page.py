"""A charge line is borne in the page where it stands, and no index takes a second entry of it.

PostgreSQL writes a row that is changed beside itself, and leaves all indexes alone, where the page
has room and no index looks at what changes. Two indexes looked at the document of a line: the one
that found the lines of a document, which are now found among those of its party, and the one that
found what waits to be billed. Instead of the latter, `unbilled_months` says of which months a
customer may have charges that no document bears: a row for a customer and month, not for a line.
It is added with the lines, and goes when nothing waits of the month any more.

Pages of lines that are written from now on are half full until their lines are borne. What is there
stays as it is. The release before does not run on it: stop it first.
"""

from alembic import op

from tenants.persistence.isolation import across_tenants, application_role, tenant_table

revision = "0113_lines_are_borne_in_page"
down_revision = "0112_the_trail_keeps_rows_whole"
branch_labels = None
depends_on = None

# What it names is what charge lines name, and that is there (`lines_name_what_is_there`).
UNBILLED_MONTHS = """
    party_id uuid NOT NULL,
    period_id uuid NOT NULL
"""

FILLED = """
    INSERT INTO unbilled_months (tenant_id, party_id, period_id)
    SELECT DISTINCT tenant_id, party_id, period_id FROM charge_lines
    WHERE side = 'customer' AND document_id IS NULL
"""

ADDED_LINES_WAIT = """
CREATE FUNCTION added_lines_wait() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO unbilled_months (tenant_id, party_id, period_id)
    SELECT DISTINCT tenant_id, party_id, period_id FROM touched
    WHERE side = 'customer' AND document_id IS NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table(
            "unbilled_months",
            UNBILLED_MONTHS,
            key="party_id, period_id",
            grants="SELECT, INSERT, DELETE",
            role=role,
        ),
        *across_tenants(["charge_lines", "unbilled_months"], FILLED),
        ADDED_LINES_WAIT,
        "CREATE TRIGGER added_lines_wait AFTER INSERT ON charge_lines "
        "REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION added_lines_wait()",
        "DROP INDEX charge_lines_unbilled",
        "DROP INDEX charge_lines_document",
        "ALTER INDEX charge_lines_pkey RESET (fillfactor)",
        "ALTER INDEX charge_lines_party RESET (fillfactor)",
        "ALTER TABLE charge_lines SET (fillfactor = 48)",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
