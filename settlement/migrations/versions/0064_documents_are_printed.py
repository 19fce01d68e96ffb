"""Documents are printed in batches, with the lists that go with them.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0064_documents_are_printed"
down_revision = "0063_accounts_have_parents"
branch_labels = None
depends_on = None

PRINT_BATCHES = """
    id uuid NOT NULL,
    number text NOT NULL,
    sides integer NOT NULL CHECK (sides IN (1, 2)),
    envelopes integer NOT NULL CHECK (envelopes > 0),
    pages integer NOT NULL CHECK (pages >= envelopes),
    sheets integer NOT NULL CHECK (sheets BETWEEN envelopes AND pages),
    files jsonb NOT NULL,
    produced_at timestamptz NOT NULL,
    produced_by text NOT NULL,
    UNIQUE (tenant_id, number)
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    tables = tenant_table(
        "print_batches", PRINT_BATCHES, grants=APPEND_ONLY, audited=True, role=role
    )
    for statement in [*tables, append_only("print_batches")]:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
