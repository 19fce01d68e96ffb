"""Documents that are added enter the audit trail statement by statement, not row by row.

What the trail says of each stays the same. The release before runs on unharmed.
"""

from alembic import op

revision = "0089_the_trail_takes_sets"
down_revision = "0088_alarms_are_mailed"
branch_labels = None
depends_on = None

# Says of each row what `record_audit` says of it.
RECORD_AUDIT_OF_ADDED = """
CREATE FUNCTION record_audit_of_added() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO audit_log (tenant_id, id, at, principal, reason, object, object_id, action,
                           before, after)
    SELECT
        tenant_id,
        gen_random_uuid(),
        coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp()),
        coalesce(nullif(current_setting('app.principal', true), ''), session_user),
        coalesce(current_setting('app.reason', true), ''),
        TG_TABLE_NAME,
        id::text,
        'insert',
        NULL,
        audited_form(to_jsonb(added))
    FROM added;
    RETURN NULL;
END $$
"""

TRIGGERS = (
    "DROP TRIGGER audited ON documents",
    "CREATE TRIGGER audited AFTER UPDATE OR DELETE ON documents "
    "FOR EACH ROW EXECUTE FUNCTION record_audit()",
    "CREATE TRIGGER audited_when_added AFTER INSERT ON documents REFERENCING NEW TABLE AS added "
    "FOR EACH STATEMENT EXECUTE FUNCTION record_audit_of_added()",
)


def upgrade() -> None:
    for statement in (RECORD_AUDIT_OF_ADDED, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
