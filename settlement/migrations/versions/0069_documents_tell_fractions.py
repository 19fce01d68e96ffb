"""What documents and conversions round is posted with its cause, on the day of the document.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import (
    APPEND_ONLY,
    append_only,
    application_role,
    tenant_table,
)

revision = "0069_documents_tell_fractions"
down_revision = "0068_large_rows_are_quick"
branch_labels = None
depends_on = None

# Numerator and denominator are whole numbers of any size: a rate may have no end as a decimal.
POSTED_FRACTIONS = """
    id uuid NOT NULL,
    source_type text NOT NULL CHECK (source_type IN ('document', 'offset', 'fx_settlement')),
    source_id uuid NOT NULL,
    cause text NOT NULL CHECK (cause IN
        ('tax', 'tax_inside', 'tax_local', 'withholding', 'tie', 'total', 'fx')),
    what text NOT NULL,
    currency char(3) NOT NULL,
    numerator text NOT NULL CHECK (numerator ~ '^-?[1-9][0-9]*$'),
    denominator text NOT NULL CHECK (denominator ~ '^[1-9][0-9]*$'),
    posted numeric(38, 12) NOT NULL,
    posted_on date NOT NULL,
    posted_at timestamptz NOT NULL,
    UNIQUE (tenant_id, source_type, source_id, cause, what)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table("posted_fractions", POSTED_FRACTIONS, grants=APPEND_ONLY, role=role),
        append_only("posted_fractions"),
        "CREATE INDEX posted_fractions_day ON posted_fractions (tenant_id, posted_on)",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
