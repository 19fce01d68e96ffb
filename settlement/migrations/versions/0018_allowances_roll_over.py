"""What is left of an allowance may be used in later months.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import REPLACEABLE, application_role, tenant_table

revision = "0018_allowances_roll_over"
down_revision = "0017_commercial_terms"
branch_labels = None
depends_on = None

# One row for each period that was rated: only those months have anything left for later ones.
RATED_MONTHS = """
    period_id uuid NOT NULL,
    month date NOT NULL,
    rolls_over boolean NOT NULL,
    openings_digest char(64) NOT NULL,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods
"""

# Units that the usage of a period took, in a month, from what one month granted to a holder: a
# subscription, a contract, a customer, or on the other side an agreement or a carrier.
ALLOWANCE_USES = """
    period_id uuid NOT NULL,
    tariff text NOT NULL,
    section text NOT NULL,
    allowance text NOT NULL,
    holder uuid NOT NULL,
    month date NOT NULL,
    granted date NOT NULL CHECK (granted <= month),
    units bigint NOT NULL CHECK (units > 0),
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("rated_months", RATED_MONTHS, key="period_id", grants=REPLACEABLE, role=role),
        *tenant_table(
            "allowance_uses",
            ALLOWANCE_USES,
            key="period_id, tariff, section, allowance, holder, month, granted",
            grants=REPLACEABLE,
            role=role,
        ),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
