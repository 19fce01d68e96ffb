"""Usage comes in by source and batch; what cannot go on waits in suspense with its reason."""

from alembic import op

from tenants.persistence.isolation import (
    APPEND_ONLY,
    REPLACEABLE,
    append_only,
    application_role,
    tenant_table,
)

revision = "0003_mediation"
down_revision = "0002_currencies"
branch_labels = None
depends_on = None

SOURCES = """
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    format text NOT NULL,
    mapping jsonb NOT NULL DEFAULT '{}',
    time_zone text NOT NULL,
    country char(2) NOT NULL,
    policies jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, code)
"""

# records = landed + rejected + duplicate + suspended for every batch that is not quarantined.
BATCHES = """
    id uuid NOT NULL,
    source_id uuid NOT NULL,
    file_name text NOT NULL,
    sha256 char(64) NOT NULL,
    size_bytes bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('landed', 'quarantined', 'duplicate')),
    reason text NOT NULL DEFAULT '',
    sequence bigint,
    records bigint NOT NULL,
    landed bigint NOT NULL,
    rejected bigint NOT NULL,
    duplicate bigint NOT NULL,
    suspended bigint NOT NULL,
    control_totals jsonb NOT NULL DEFAULT '{}',
    outcomes_sha256 char(64),
    arrived_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources,
    CHECK (status <> 'landed' OR records = landed + rejected + duplicate + suspended)
"""

# The Parquet files of canonical usage; a later file of a batch replaces the lines it repeats.
LANDED_FILES = """
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    sha256 char(64) NOT NULL,
    records bigint NOT NULL,
    part integer NOT NULL,
    first_at timestamptz,
    last_at timestamptz,
    has_readings boolean NOT NULL DEFAULT false,
    landed_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, batch_id) REFERENCES batches,
    UNIQUE (tenant_id, batch_id, part)
"""

SUSPENSE = """
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    line bigint NOT NULL,
    stage text NOT NULL CHECK (stage IN ('mediation', 'rating')),
    period_id uuid,
    reason text NOT NULL,
    detail text NOT NULL DEFAULT '',
    raw text NOT NULL DEFAULT '',
    record jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL CHECK (status IN ('open', 'repaired', 'rejected')),
    occurred_at timestamptz,
    suspended_at timestamptz NOT NULL,
    settled_at timestamptz,
    FOREIGN KEY (tenant_id, batch_id) REFERENCES batches,
    UNIQUE (tenant_id, batch_id, line)
"""

WAIVERS = """
    id uuid NOT NULL,
    source_id uuid NOT NULL,
    sequence bigint NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    waived_by text NOT NULL,
    waived_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources,
    UNIQUE (tenant_id, source_id, sequence)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("sources", SOURCES, audited=True, role=role),
        *tenant_table("batches", BATCHES, audited=True, role=role),
        # The same bytes from the same source are accepted once.
        "CREATE UNIQUE INDEX batches_content ON batches (tenant_id, source_id, sha256) "
        "WHERE status <> 'duplicate'",
        *tenant_table("landed_files", LANDED_FILES, grants=APPEND_ONLY, role=role),
        append_only("landed_files"),
        *tenant_table("suspense", SUSPENSE, grants=REPLACEABLE, audited=True, role=role),
        "CREATE INDEX suspense_open ON suspense (tenant_id, reason) WHERE status = 'open'",
        *tenant_table("sequence_waivers", WAIVERS, grants=APPEND_ONLY, audited=True, role=role),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
