"""What we return to visited networks in RAP is kept and numbered.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0097_calls_go_back_in_rap"
down_revision = "0096_lines_are_borne_in_place"
branch_labels = None
depends_on = None

SENT_RAP_FILES = """
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    sender text NOT NULL,
    recipient text NOT NULL,
    sequence integer NOT NULL CHECK (sequence BETWEEN 1 AND 99999),
    tap_sequence integer NOT NULL CHECK (tap_sequence BETWEEN 0 AND 99999),
    returns bigint NOT NULL CHECK (returns > 0),
    amount numeric(38, 12) NOT NULL,
    currency char(3),
    sha256 char(64) NOT NULL,
    write_off_id uuid,
    written_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    FOREIGN KEY (tenant_id, batch_id) REFERENCES batches,
    FOREIGN KEY (tenant_id, write_off_id) REFERENCES write_offs
"""

# Line 0 is the whole file.
SENT_RETURNS = """
    batch_id uuid NOT NULL,
    line bigint NOT NULL CHECK (line >= 0),
    sent_rap_file_id uuid NOT NULL,
    FOREIGN KEY (tenant_id, sent_rap_file_id) REFERENCES sent_rap_files
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table("sent_rap_files", SENT_RAP_FILES, audited=True, role=role),
        *tenant_table(
            "sent_returns", SENT_RETURNS, key="batch_id, line", grants=APPEND_ONLY, role=role
        ),
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
