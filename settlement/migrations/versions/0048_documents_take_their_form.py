"""A party's documents take the form of e-invoice that it asked for.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import application_role, tenant_table

revision = "0048_documents_take_their_form"
down_revision = "0047_rates_are_entered"
branch_labels = None
depends_on = None

# Without a party, the choice of the house.
DOCUMENT_PROFILES = """
    id uuid NOT NULL,
    party_id uuid,
    profile text NOT NULL,
    valid_from date NOT NULL,
    UNIQUE NULLS NOT DISTINCT (tenant_id, party_id, valid_from),
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in tenant_table("document_profiles", DOCUMENT_PROFILES, audited=True, role=role):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
