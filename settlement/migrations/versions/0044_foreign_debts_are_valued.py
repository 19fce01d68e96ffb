"""Foreign debts are valued in the tenant's currency: when they are paid, and at the period's end.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0044_foreign_debts_are_valued"
down_revision = "0043_vat_numbers_are_checked"
branch_labels = None
depends_on = None

# What is taken back is a row with the same figures below zero.
FX_SETTLEMENTS = """
    id uuid NOT NULL,
    cause_id uuid NOT NULL,
    document_id uuid NOT NULL,
    settled_on date NOT NULL,
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount <> 0),
    base_currency char(3) NOT NULL CHECK (base_currency <> currency),
    released numeric(38, 12) NOT NULL,
    settled_for numeric(38, 12) NOT NULL,
    gain numeric(38, 12) NOT NULL CHECK (abs(gain) = abs(settled_for - released)),
    booked_rate text NOT NULL CHECK (booked_rate <> ''),
    settled_rate text NOT NULL CHECK (settled_rate <> ''),
    takes_back_id uuid,
    UNIQUE (tenant_id, takes_back_id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents,
    FOREIGN KEY (tenant_id, takes_back_id) REFERENCES fx_settlements
"""

FX_REVALUATIONS = """
    id uuid NOT NULL,
    period_id uuid NOT NULL,
    document_id uuid NOT NULL,
    mode text NOT NULL CHECK (mode IN ('reversed', 'cumulative')),
    currency char(3) NOT NULL,
    open numeric(38, 12) NOT NULL CHECK (open >= 0),
    base_currency char(3) NOT NULL CHECK (base_currency <> currency),
    carried numeric(38, 12) NOT NULL,
    valued numeric(38, 12) NOT NULL,
    gain numeric(38, 12) NOT NULL CHECK (gain <> 0),
    closing_rate text NOT NULL,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents
"""

INDEXES = (
    "CREATE INDEX fx_settlements_of_a_document ON fx_settlements (tenant_id, document_id)",
    "CREATE INDEX fx_settlements_of_a_cause ON fx_settlements (tenant_id, cause_id)",
    "CREATE INDEX fx_revaluations_of_a_document ON fx_revaluations (tenant_id, document_id)",
)


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("fx_settlements", FX_SETTLEMENTS, grants=APPEND_ONLY, role=role),
        *tenant_table("fx_revaluations", FX_REVALUATIONS, grants=APPEND_ONLY, role=role),
        append_only("fx_settlements"),
        append_only("fx_revaluations"),
        *INDEXES,
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
