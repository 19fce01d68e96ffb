"""Who is told of alarms by e-mail, and what each was told, once.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import REPLACEABLE, application_role, tenant_table

revision = "0088_alarms_are_mailed"
down_revision = "0087_releases_tell_fractions"
branch_labels = None
depends_on = None

ALARM_RECIPIENTS = """
    id uuid NOT NULL,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 320),
    language text NOT NULL CHECK (language IN ('en', 'pl', 'ru', 'de', 'uk')),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    UNIQUE (tenant_id, email)
"""
ALARM_MAILS = """
    id uuid NOT NULL,
    kind text NOT NULL
        CHECK (kind IN ('credit_limit', 'missing_file', 'default_rate', 'failed_run')),
    key text NOT NULL,
    facts jsonb NOT NULL,
    raised_at timestamptz NOT NULL,
    email text NOT NULL,
    language text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'given_up')),
    tries integer NOT NULL CHECK (tries >= 0),
    detail text NOT NULL,
    message_id uuid,
    changed_at timestamptz NOT NULL,
    UNIQUE (tenant_id, kind, key, email),
    CHECK ((tries = 0) = (message_id IS NULL))
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    recipients = tenant_table(
        "alarm_recipients", ALARM_RECIPIENTS, grants=REPLACEABLE, audited=True, role=role
    )
    mails = tenant_table("alarm_mails", ALARM_MAILS, grants=REPLACEABLE, role=role)
    for statement in (
        *recipients,
        *mails,
        "CREATE INDEX alarm_mails_by_time ON alarm_mails (tenant_id, raised_at)",
        "CREATE INDEX alarm_mails_that_wait ON alarm_mails (tenant_id, email)"
        " WHERE state IN ('waiting', 'sending')",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
