"""Calls that roaming partners return in RAP are kept, and the amount of them is disputed.

Adds tables, a column that may be empty and a kind of refused file, so the release before runs on
unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0095_calls_are_returned_in_rap"
down_revision = "0094_charges_name_costs"
branch_labels = None
depends_on = None

RAP_FILES = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    sender text NOT NULL,
    recipient text NOT NULL,
    sequence integer NOT NULL CHECK (sequence BETWEEN 0 AND 99999),
    returns bigint NOT NULL CHECK (returns >= 0),
    amount numeric(38, 12) NOT NULL,
    currency char(3),
    sha256 char(64) NOT NULL,
    taken_in_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties,
    UNIQUE (tenant_id, sender, sequence)
"""

# What one RAP file returns of one TAP file: what a dispute is about.
RETURNED_FILES = """
    id uuid NOT NULL,
    rap_file_id uuid NOT NULL,
    tap_file_id uuid NOT NULL,
    reason text NOT NULL,
    calls bigint NOT NULL CHECK (calls > 0),
    amount numeric(38, 12) NOT NULL,
    FOREIGN KEY (tenant_id, rap_file_id) REFERENCES rap_files,
    FOREIGN KEY (tenant_id, tap_file_id) REFERENCES tap_files,
    UNIQUE (tenant_id, rap_file_id, tap_file_id)
"""

RETURNED_CALLS = """
    rap_file_id uuid NOT NULL,
    line integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('severe', 'fatal', 'missing', 'stop')),
    amount numeric(38, 12) NOT NULL,
    tap_file_id uuid,
    place integer,
    began text,
    error_code bigint,
    item bigint,
    first_number integer,
    last_number integer,
    CHECK ((kind IN ('severe', 'fatal')) = (tap_file_id IS NOT NULL)),
    CHECK ((kind = 'severe') = (place IS NOT NULL)),
    FOREIGN KEY (tenant_id, rap_file_id) REFERENCES rap_files,
    FOREIGN KEY (tenant_id, tap_file_id) REFERENCES tap_files,
    UNIQUE (tenant_id, tap_file_id, place)
"""

MORE = (
    "CREATE UNIQUE INDEX a_file_is_returned_once ON returned_calls (tenant_id, tap_file_id)"
    " WHERE kind = 'fatal'",
    "ALTER TABLE disputes ADD COLUMN returned_file_id uuid,"
    " ADD FOREIGN KEY (tenant_id, returned_file_id) REFERENCES returned_files (tenant_id, id),"
    " ADD UNIQUE (tenant_id, returned_file_id)",
    "ALTER TABLE refused_files DROP CONSTRAINT refused_files_kind_check,"
    " ADD CONSTRAINT refused_files_kind_check"
    " CHECK (kind IN ('declaration', 'calls', 'returns'))",
)


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table("rap_files", RAP_FILES, grants=APPEND_ONLY, audited=True, role=role),
        *tenant_table(
            "returned_files", RETURNED_FILES, grants=APPEND_ONLY, audited=True, role=role
        ),
        *tenant_table(
            "returned_calls", RETURNED_CALLS, key="rap_file_id, line", grants=APPEND_ONLY, role=role
        ),
        *map(append_only, ("rap_files", "returned_files", "returned_calls")),
        *MORE,
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
