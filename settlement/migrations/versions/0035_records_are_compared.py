"""Single calls are compared with a carrier's, and the differences are told by cause.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0035_records_are_compared"
down_revision = "0034_agreements_are_amended"
branch_labels = None
depends_on = None

# The calls themselves stand in columns on disk, found by the hash of their bytes.
RECORD_COMPARISONS = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    period_id uuid NOT NULL,
    currency char(3) NOT NULL,
    tolerance_seconds integer NOT NULL CHECK (tolerance_seconds >= 0),
    class_by text NOT NULL CHECK (class_by IN ('seconds', 'start')),
    received_sha256 char(64) NOT NULL,
    refused bigint NOT NULL CHECK (refused >= 0),
    refused_sha256 char(64) NOT NULL,
    differences_sha256 char(64) NOT NULL,
    left_ours_sha256 char(64) NOT NULL,
    left_theirs_sha256 char(64) NOT NULL,
    xml_sha256 char(64) NOT NULL,
    compared_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, agreement_id) REFERENCES agreements,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods
"""

DIRECTIONS = """
    comparison_id uuid NOT NULL,
    direction text NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    calls_ours bigint NOT NULL,
    calls_theirs bigint NOT NULL,
    amount_ours numeric(38, 12) NOT NULL,
    amount_theirs numeric(38, 12) NOT NULL,
    classes jsonb NOT NULL,
    FOREIGN KEY (tenant_id, comparison_id) REFERENCES record_comparisons
"""

CAUSES = """
    comparison_id uuid NOT NULL,
    direction text NOT NULL,
    place integer NOT NULL,
    cause text NOT NULL,
    exact_numerator text NOT NULL,
    exact_denominator text NOT NULL,
    amount numeric(38, 12) NOT NULL,
    records bigint NOT NULL CHECK (records >= 0),
    FOREIGN KEY (tenant_id, comparison_id, direction) REFERENCES record_comparison_directions
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("record_comparisons", RECORD_COMPARISONS, grants=APPEND_ONLY, role=role),
        *tenant_table(
            "record_comparison_directions",
            DIRECTIONS,
            key="comparison_id, direction",
            grants=APPEND_ONLY,
            role=role,
        ),
        *tenant_table(
            "record_comparison_causes",
            CAUSES,
            key="comparison_id, direction, place",
            grants=APPEND_ONLY,
            role=role,
        ),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
