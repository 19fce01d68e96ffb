"""TAP files that we write for roaming partners are kept and numbered.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0049_visitors_are_charged_in_tap"
down_revision = "0048_documents_take_their_form"
branch_labels = None
depends_on = None

FILES = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    period_id uuid NOT NULL,
    sender text NOT NULL,
    recipient text NOT NULL,
    sequence integer NOT NULL CHECK (sequence BETWEEN 1 AND 99999),
    events bigint NOT NULL CHECK (events > 0),
    amount numeric(38, 12) NOT NULL,
    currency char(3) NOT NULL,
    sha256 char(64) NOT NULL,
    written_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, agreement_id) REFERENCES agreements,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    UNIQUE (tenant_id, agreement_id, period_id, recipient)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in tenant_table("tap_files", FILES, grants=APPEND_ONLY, audited=True, role=role):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
