"""Mutual balances are set off: agreements on netting, offsets, and who agreed to them.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0033_balances_are_netted"
down_revision = "0032_carriers_exchange_messages"
branch_labels = None
depends_on = None

AGREEMENTS = """
    id uuid NOT NULL,
    code text NOT NULL,
    thresholds jsonb NOT NULL,
    currency char(3),
    fixing jsonb,
    declared_by text NOT NULL,
    declared_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((currency IS NULL) = (fixing IS NULL)),
    UNIQUE (tenant_id, code)
"""

MEMBERS = """
    netting_agreement_id uuid NOT NULL,
    party_id uuid NOT NULL,
    FOREIGN KEY (tenant_id, netting_agreement_id) REFERENCES netting_agreements,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""

OFFSETS = """
    id uuid NOT NULL,
    netting_agreement_id uuid NOT NULL,
    number text NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'agreed', 'booked', 'refused')),
    currency char(3) NOT NULL,
    payable numeric(38, 12) NOT NULL,
    receivable numeric(38, 12) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0),
    netted_on date NOT NULL,
    proposed_by text NOT NULL,
    proposed_by_id uuid,
    proposed_at timestamptz NOT NULL,
    booked_by text,
    booked_at timestamptz,
    reason text NOT NULL,
    FOREIGN KEY (tenant_id, netting_agreement_id) REFERENCES netting_agreements,
    CHECK (amount <= payable AND amount <= receivable),
    CHECK (booked_by IS NULL OR booked_by <> proposed_by),
    UNIQUE (tenant_id, number)
"""

LINES = """
    offset_id uuid NOT NULL,
    line integer NOT NULL,
    party_id uuid NOT NULL,
    account text NOT NULL,
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount >= 0),
    counted numeric(38, 12) NOT NULL CHECK (counted > 0),
    FOREIGN KEY (tenant_id, offset_id) REFERENCES offsets,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""

CONSENTS = """
    offset_id uuid NOT NULL,
    party_id uuid NOT NULL,
    agreed_by text NOT NULL,
    agreed_at timestamptz NOT NULL,
    reference text NOT NULL,
    FOREIGN KEY (tenant_id, offset_id) REFERENCES offsets,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""

# One offset of an agreement and currency waits at a time.
ONE_WAITS = """
    CREATE UNIQUE INDEX offsets_wait_alone ON offsets (tenant_id, netting_agreement_id, currency)
    WHERE status IN ('proposed', 'agreed')
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    own, of_offset = "netting_agreement_id, party_id", "offset_id, party_id"
    statements = [
        *tenant_table("netting_agreements", AGREEMENTS, audited=True, role=role),
        *tenant_table("netting_members", MEMBERS, key=own, grants=APPEND_ONLY, role=role),
        *tenant_table("offsets", OFFSETS, audited=True, role=role),
        *tenant_table("offset_lines", LINES, key="offset_id, line", grants=APPEND_ONLY, role=role),
        *tenant_table("offset_consents", CONSENTS, key=of_offset, grants=APPEND_ONLY, role=role),
        ONE_WAITS,
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
