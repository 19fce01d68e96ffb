"""Evidence of where private customers belong for VAT is kept, dated.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0074_places_are_proven"
down_revision = "0073_lines_are_borne_as_sets"
branch_labels = None
depends_on = None

PLACE_EVIDENCE = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    kind text NOT NULL
        CHECK (kind IN ('bank', 'sim', 'network_address', 'fixed_line', 'other')),
    country char(2) NOT NULL,
    told_on date NOT NULL,
    reference text NOT NULL CHECK (reference <> ''),
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table(
            "place_evidence", PLACE_EVIDENCE, grants=APPEND_ONLY, audited=True, role=role
        ),
        append_only("place_evidence"),
        "CREATE INDEX evidence_of_a_party ON place_evidence (tenant_id, party_id)",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
