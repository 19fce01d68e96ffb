"""Price lists of carriers wait for a second person, and are accepted or refused.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import application_role, tenant_table

revision = "0099_price_lists_are_decided_on"
down_revision = "0098_silent_sources_are_alarms"
branch_labels = None
depends_on = None

# Whoever brought it in cannot be the one who accepted it, whatever the application does.
PRICE_LISTS = """
    id uuid NOT NULL,
    agreement text NOT NULL,
    deck text NOT NULL,
    file_name text NOT NULL,
    sha256 char(64) NOT NULL,
    layout jsonb NOT NULL,
    valid_from date NOT NULL,
    announced_at timestamptz NOT NULL,
    leave_out_findings boolean NOT NULL,
    notice_days integer NOT NULL CHECK (notice_days >= 0),
    notice_count text NOT NULL CHECK (notice_count IN ('calendar_days', 'business_days')),
    counts jsonb NOT NULL,
    findings integer NOT NULL CHECK (findings >= 0),
    prices_sha256 char(64) NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'accepted', 'refused')),
    why text NOT NULL,
    import_id uuid,
    proposed_by text NOT NULL,
    proposed_by_id uuid,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_by_id uuid,
    decided_at timestamptz,
    FOREIGN KEY (tenant_id, import_id) REFERENCES deck_imports,
    CHECK (import_id IS NULL OR status = 'accepted'),
    CHECK ((why <> '') = (status = 'refused')),
    CHECK ((status = 'proposed') = (decided_at IS NULL)),
    CHECK (status <> 'accepted' OR decided_by_id IS NOT NULL
        AND decided_by_id IS DISTINCT FROM proposed_by_id)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table("price_lists", PRICE_LISTS, audited=True, role=role),
        "CREATE INDEX price_lists_by_time ON price_lists (tenant_id, proposed_at)",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
