"""Corrections of accepted months wait for the other side's consent.

Adds a table only, so the release before runs on unharmed: what it declares is booked at once.
"""

from alembic import op

from tenants.persistence.isolation import EDITABLE, application_role, tenant_table

revision = "0066_corrections_wait"
down_revision = "0065_documents_wear_a_brand"
branch_labels = None
depends_on = None

CORRECTION_CONSENTS = """
    id uuid NOT NULL,
    declaration_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'agreed', 'deemed_accepted', 'refused')),
    asked_by text NOT NULL,
    asked_by_id uuid,
    asked_at timestamptz NOT NULL,
    answered_by text,
    answered_at timestamptz,
    reference text NOT NULL,
    reason text NOT NULL,
    UNIQUE (tenant_id, declaration_id),
    CHECK ((status = 'waiting') = (answered_at IS NULL)),
    CHECK (status <> 'refused' OR reason <> ''),
    FOREIGN KEY (tenant_id, declaration_id) REFERENCES declarations
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    table = tenant_table(
        "correction_consents", CORRECTION_CONSENTS, grants=EDITABLE, audited=True, role=role
    )
    for statement in table:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
