"""Interest is charged on late payments, at rates with validity; each charge is kept.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0052_interest_is_charged"
down_revision = "0051_rates_are_approved"
branch_labels = None
depends_on = None

INTEREST_RATES = """
    id uuid NOT NULL,
    country char(2) NOT NULL,
    valid_from date NOT NULL,
    rate numeric(12, 10) NOT NULL CHECK (rate >= 0 AND rate < 1),
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    UNIQUE (tenant_id, country, valid_from)
"""

INTEREST_CHARGES = """
    id uuid NOT NULL,
    note_id uuid NOT NULL,
    document_id uuid NOT NULL,
    charged_until date NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0),
    FOREIGN KEY (tenant_id, note_id) REFERENCES documents,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table(
            "interest_rates", INTEREST_RATES, grants=APPEND_ONLY, audited=True, role=role
        ),
        append_only("interest_rates"),
        *tenant_table(
            "interest_charges", INTEREST_CHARGES, grants=APPEND_ONLY, audited=True, role=role
        ),
        append_only("interest_charges"),
        "CREATE INDEX charges_of_a_document ON interest_charges (tenant_id, document_id)",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
