"""Reverse charge rests on a VAT number that was checked, or on nobody's hope.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0043_vat_numbers_are_checked"
down_revision = "0042_shares_wait_for_customers"
branch_labels = None
depends_on = None

CHECKS = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    number text NOT NULL,
    requester text NOT NULL,
    service text NOT NULL,
    answer text NOT NULL CHECK (answer IN ('valid', 'invalid', 'no_answer', 'not_configured')),
    request_identifier text NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    detail text NOT NULL,
    checked_at timestamptz NOT NULL,
    checked_by text NOT NULL,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""

DECISIONS = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    period text NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    decided_at timestamptz NOT NULL,
    decided_by text NOT NULL,
    UNIQUE (tenant_id, party_id, period),
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("vat_number_checks", CHECKS, grants=APPEND_ONLY, role=role),
        append_only("vat_number_checks"),
        "CREATE INDEX vat_number_checks_of_party ON vat_number_checks"
        " (tenant_id, party_id, checked_at)",
        *tenant_table(
            "domestic_vat_decisions", DECISIONS, grants=APPEND_ONLY, audited=True, role=role
        ),
        append_only("domestic_vat_decisions"),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
