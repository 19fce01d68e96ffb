"""Sources of which files are overdue are a kind of alarm, told to those for whom it is chosen.

Only allows more than before, so the release before runs on as long as nobody is told of it.
"""

from alembic import op

revision = "0098_silent_sources_are_alarms"
down_revision = "0097_calls_go_back_in_rap"
branch_labels = None
depends_on = None

KINDS = "'{credit_limit,missing_file,default_rate,failed_run,silent_source}'::text[]"


def upgrade() -> None:
    for statement in (
        "ALTER TABLE alarm_recipients DROP CONSTRAINT alarm_recipients_kinds_check,"
        f" ALTER COLUMN kinds SET DEFAULT {KINDS},"
        " ADD CONSTRAINT alarm_recipients_kinds_check"
        f" CHECK (cardinality(kinds) > 0 AND kinds <@ {KINDS})",
        "ALTER TABLE alarm_mails DROP CONSTRAINT alarm_mails_kind_check,"
        f" ADD CONSTRAINT alarm_mails_kind_check CHECK (ARRAY[kind] <@ {KINDS})",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
