"""Who is told of alarms is told of the kinds that were chosen; whoever is there, of all.

Adds a column with a default, so the release before runs on unharmed.
"""

from alembic import op

revision = "0093_alarms_go_by_kind"
down_revision = "0092_digests_have_a_form"
branch_labels = None
depends_on = None

KINDS = "'{credit_limit,missing_file,default_rate,failed_run}'::text[]"


def upgrade() -> None:
    op.execute(
        f"ALTER TABLE alarm_recipients ADD COLUMN kinds text[] NOT NULL DEFAULT {KINDS},"
        f" ADD CONSTRAINT alarm_recipients_kinds_check"
        f" CHECK (cardinality(kinds) > 0 AND kinds <@ {KINDS})"
    )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
