"""Tax is withheld from partners abroad, less where a certificate of residence says so.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0054_partners_pay_tax_at_source"
down_revision = "0053_partners_answer"
branch_labels = None
depends_on = None

RATES = """
    id uuid NOT NULL,
    country char(2) NOT NULL,
    rate numeric(7, 6) NOT NULL CHECK (rate >= 0 AND rate < 1),
    treaty_rate numeric(7, 6) CHECK (treaty_rate >= 0 AND treaty_rate <= rate),
    valid_from date NOT NULL,
    entered_at timestamptz NOT NULL,
    entered_by text NOT NULL,
    UNIQUE (tenant_id, country, valid_from)
"""

CERTIFICATES = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    country char(2) NOT NULL,
    number text NOT NULL CHECK (number <> ''),
    valid_from date NOT NULL,
    valid_until date NOT NULL CHECK (valid_until > valid_from),
    entered_at timestamptz NOT NULL,
    entered_by text NOT NULL,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in [
        *tenant_table("withholding_rates", RATES, grants=APPEND_ONLY, audited=True, role=role),
        append_only("withholding_rates"),
        *tenant_table(
            "residence_certificates", CERTIFICATES, grants=APPEND_ONLY, audited=True, role=role
        ),
        append_only("residence_certificates"),
    ]:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
