"""Tenants, their people, audit trail and jobs exist, each tenant behind its own wall."""

from alembic import op
from procrastinate.schema import SchemaManager

from tenants.persistence.isolation import (
    APPEND_ONLY,
    EDITABLE,
    REPLACEABLE,
    append_only,
    application_role,
    tenant_table,
)

revision = "0001_tenants"
down_revision = None
branch_labels = None
depends_on = None

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a correction is a new row', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

# Runs with the rights of whoever makes the change, so row security holds for the audit row too.
RECORD_AUDIT = """
CREATE FUNCTION record_audit() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE
    earlier jsonb := CASE WHEN TG_OP <> 'INSERT' THEN audited_form(to_jsonb(OLD)) END;
    later jsonb := CASE WHEN TG_OP <> 'DELETE' THEN audited_form(to_jsonb(NEW)) END;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) = to_jsonb(NEW) THEN
        RETURN NULL;
    END IF;
    INSERT INTO audit_log (tenant_id, id, at, principal, reason, object, object_id, action,
                           before, after)
    VALUES (
        (coalesce(later, earlier) ->> 'tenant_id')::uuid,
        gen_random_uuid(),
        coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp()),
        coalesce(nullif(current_setting('app.principal', true), ''), session_user),
        coalesce(current_setting('app.reason', true), ''),
        TG_TABLE_NAME,
        coalesce(later ->> 'id', earlier ->> 'id', later ->> 'tenant_id'),
        lower(TG_OP),
        earlier,
        later
    );
    RETURN NULL;
END $$
"""

# Secrets never enter the trail; of an account number only the end does.
AUDITED_FORM = """
CREATE FUNCTION audited_form(content jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public AS $$
    SELECT content - 'password_hash' - 'secret_hash' - 'token_hash'
        || CASE WHEN content ->> 'iban' IS NULL THEN '{}'::jsonb
                ELSE jsonb_build_object('iban', '…' || right(content ->> 'iban', 4)) END
$$
"""

TENANTS = """
    id uuid NOT NULL CHECK (id = tenant_id),
    code text NOT NULL CHECK (code ~ '^[a-z][a-z0-9-]{1,30}$'),
    name text NOT NULL,
    legal_name text NOT NULL,
    country char(2) NOT NULL,
    tax_id text NOT NULL,
    address jsonb NOT NULL,
    base_currency char(3) NOT NULL,
    time_zone text NOT NULL,
    languages text[] NOT NULL CHECK (cardinality(languages) > 0),
    policies jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL
"""

USERS = """
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    party_id uuid,
    language text NOT NULL,
    password_hash text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    failed_sign_ins integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, email)
"""

SESSIONS = """
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users,
    UNIQUE (tenant_id, token_hash)
"""

API_KEYS = """
    id uuid NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    party_id uuid,
    user_id uuid,
    prefix text NOT NULL,
    secret_hash text NOT NULL,
    last_four text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users,
    UNIQUE (tenant_id, prefix)
"""

AUDIT_LOG = """
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    principal text NOT NULL,
    reason text NOT NULL,
    object text NOT NULL,
    object_id text NOT NULL,
    action text NOT NULL,
    before jsonb,
    after jsonb
"""

IDEMPOTENCY_KEYS = """
    id uuid NOT NULL,
    principal text NOT NULL,
    idempotency_key text NOT NULL,
    request_hash text NOT NULL,
    status integer,
    body text,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, principal, idempotency_key)
"""

SCHEDULES = """
    id uuid NOT NULL,
    name text NOT NULL,
    job text NOT NULL,
    cron text NOT NULL,
    time_zone text NOT NULL,
    arguments jsonb NOT NULL DEFAULT '{}',
    is_enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, name)
"""

RUNS = """
    id uuid NOT NULL,
    job text NOT NULL,
    schedule_id uuid,
    slot timestamptz,
    arguments jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'failed')),
    token bigint NOT NULL DEFAULT 0,
    done integer NOT NULL DEFAULT 0,
    total integer NOT NULL DEFAULT 0,
    result jsonb,
    error text,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    FOREIGN KEY (tenant_id, schedule_id) REFERENCES schedules,
    UNIQUE (tenant_id, schedule_id, slot)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    op.execute(f"GRANT SELECT ON alembic_version TO {role}")
    for function in (REFUSE_CHANGE, AUDITED_FORM, RECORD_AUDIT):
        op.execute(function)

    # The one list across tenants: ids and codes, nothing else, for the scheduler and the commands.
    op.execute("CREATE TABLE tenant_directory (id uuid PRIMARY KEY, code text NOT NULL UNIQUE)")
    op.execute(f"GRANT SELECT, INSERT ON tenant_directory TO {role}")

    tables = [
        *tenant_table("audit_log", AUDIT_LOG, grants=APPEND_ONLY, role=role),
        append_only("audit_log"),
        "CREATE INDEX audit_log_object ON audit_log (tenant_id, object, object_id, at)",
        *tenant_table("tenants", TENANTS, audited=True, role=role),
        *tenant_table("users", USERS, audited=True, role=role),
        *tenant_table("sign_in_sessions", SESSIONS, role=role),
        *tenant_table("api_keys", API_KEYS, audited=True, role=role),
        *tenant_table("idempotency_keys", IDEMPOTENCY_KEYS, grants=REPLACEABLE, role=role),
        *tenant_table("schedules", SCHEDULES, audited=True, role=role),
        *tenant_table("runs", RUNS, grants=EDITABLE, role=role),
    ]
    for statement in tables:
        op.execute(statement)
    _create_queue(role)


def _create_queue(role: str) -> None:
    """Procrastinate's own tables, in a schema of their own; its rows name a tenant and a run."""
    op.execute("CREATE SCHEMA queue")
    op.execute("SET LOCAL search_path TO queue, public")
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    op.execute("SET LOCAL search_path TO public")
    op.execute(f"GRANT USAGE ON SCHEMA queue TO {role}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA queue TO {role}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA queue TO {role}")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
