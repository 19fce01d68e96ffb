"""Carriers' declarations are taken in beside ours, compared line by line, and disputed in part."""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0010_interconnect"
down_revision = "0009_documents"
branch_labels = None
depends_on = None

# message_id is the sender's: a replay of the same message is refused.
DECLARATIONS = """
    id uuid NOT NULL,
    origin text NOT NULL CHECK (origin IN ('ours', 'theirs')),
    carrier_id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    period_id uuid NOT NULL,
    message_id text NOT NULL,
    currency char(3) NOT NULL,
    calls bigint NOT NULL,
    seconds bigint NOT NULL,
    amount numeric(38, 12) NOT NULL,
    sha256 char(64) NOT NULL,
    document_id uuid,
    declared_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, agreement_id) REFERENCES agreements,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents,
    UNIQUE (tenant_id, carrier_id, origin, message_id)
"""

DECLARATION_LINES = """
    declaration_id uuid NOT NULL,
    line integer NOT NULL,
    day date NOT NULL,
    direction text NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    trunk text NOT NULL,
    destination text NOT NULL,
    calls bigint NOT NULL,
    seconds bigint NOT NULL,
    billed_seconds bigint NOT NULL,
    unit_price numeric(38, 12),
    amount numeric(38, 12) NOT NULL,
    FOREIGN KEY (tenant_id, declaration_id) REFERENCES declarations
"""

RECONCILIATIONS = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    period_id uuid NOT NULL,
    ours_id uuid NOT NULL,
    theirs_id uuid NOT NULL,
    tolerance numeric(38, 12) NOT NULL,
    currency char(3) NOT NULL,
    amount_ours numeric(38, 12) NOT NULL,
    amount_theirs numeric(38, 12) NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('exact', 'within_tolerance', 'out_of_tolerance')),
    compared_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, agreement_id) REFERENCES agreements,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, ours_id) REFERENCES declarations,
    FOREIGN KEY (tenant_id, theirs_id) REFERENCES declarations,
    UNIQUE (tenant_id, ours_id, theirs_id)
"""

RECONCILIATION_LINES = """
    reconciliation_id uuid NOT NULL,
    line integer NOT NULL,
    day date NOT NULL,
    direction text NOT NULL,
    trunk text NOT NULL,
    destination text NOT NULL,
    calls_ours bigint,
    calls_theirs bigint,
    seconds_ours bigint,
    seconds_theirs bigint,
    billed_seconds_ours bigint,
    billed_seconds_theirs bigint,
    unit_price_ours numeric(38, 12),
    unit_price_theirs numeric(38, 12),
    amount_ours numeric(38, 12),
    amount_theirs numeric(38, 12),
    variance numeric(38, 12) NOT NULL,
    class text NOT NULL CHECK (class IN (
        'exact', 'within_tolerance', 'out_of_tolerance', 'missing_ours', 'missing_theirs'
    )),
    FOREIGN KEY (tenant_id, reconciliation_id) REFERENCES reconciliations
"""

DISPUTES = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    document_id uuid NOT NULL,
    document_line text NOT NULL DEFAULT '',
    reconciliation_id uuid,
    reconciliation_line integer,
    raised_by text NOT NULL CHECK (raised_by IN ('us', 'them')),
    reason text NOT NULL,
    narrative text NOT NULL DEFAULT '',
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0),
    status text NOT NULL CHECK (status IN ('open', 'withdrawn', 'accepted', 'rejected')),
    opened_at timestamptz NOT NULL,
    settled_at timestamptz,
    credit_id uuid,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents,
    FOREIGN KEY (tenant_id, credit_id) REFERENCES documents,
    CHECK (credit_id IS NULL OR status = 'accepted'),
    FOREIGN KEY (tenant_id, reconciliation_id, reconciliation_line)
        REFERENCES reconciliation_lines
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("declarations", DECLARATIONS, grants=APPEND_ONLY, audited=True, role=role),
        *tenant_table(
            "declaration_lines",
            DECLARATION_LINES,
            key="declaration_id, line",
            grants=APPEND_ONLY,
            role=role,
        ),
        *tenant_table(
            "reconciliations", RECONCILIATIONS, grants=APPEND_ONLY, audited=True, role=role
        ),
        *tenant_table(
            "reconciliation_lines",
            RECONCILIATION_LINES,
            key="reconciliation_id, line",
            grants=APPEND_ONLY,
            role=role,
        ),
        *tenant_table("disputes", DISPUTES, audited=True, role=role),
        "CREATE INDEX disputes_document ON disputes (tenant_id, document_id)",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
