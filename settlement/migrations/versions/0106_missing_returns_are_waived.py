"""Numbers of RAP files that will not come are waived, and come round again after 99999.

Adds a table, and an index in place of a constraint, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0106_missing_returns_are_waived"
down_revision = "0105_bills_begin_on_days"
branch_labels = None
depends_on = None

RAP_WAIVERS = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    sender text NOT NULL,
    recipient text NOT NULL,
    sequence integer NOT NULL CHECK (sequence BETWEEN 1 AND 99999),
    reason text NOT NULL CHECK (reason <> ''),
    waived_by text NOT NULL,
    waived_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table("rap_waivers", RAP_WAIVERS, grants=APPEND_ONLY, audited=True, role=role),
        append_only("rap_waivers"),
        "ALTER TABLE rap_files DROP CONSTRAINT rap_files_tenant_id_sender_sequence_key",
        "CREATE INDEX rap_files_numbered ON rap_files (tenant_id, sender, recipient)",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
