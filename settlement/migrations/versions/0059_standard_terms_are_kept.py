"""Standard terms are kept by version, and agreements remember which one they were begun from.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0059_standard_terms_are_kept"
down_revision = "0058_documents_are_delivered"
branch_labels = None
depends_on = None

STANDARD_TERMS = """
    id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    version integer NOT NULL CHECK (version > 0),
    kind text NOT NULL CHECK (kind IN ('revenue_share', 'interconnect')),
    terms jsonb NOT NULL,
    policies jsonb NOT NULL,
    kept_by text NOT NULL,
    kept_at timestamptz NOT NULL,
    UNIQUE (tenant_id, name, version)
"""
BEGUN_AGREEMENTS = """
    id uuid NOT NULL,
    standard_terms_id uuid NOT NULL,
    code text NOT NULL CHECK (code <> ''),
    filled jsonb NOT NULL,
    amendment_id uuid,
    terms_id uuid,
    begun_by text NOT NULL,
    begun_at timestamptz NOT NULL,
    CHECK (num_nonnulls(amendment_id, terms_id) = 1),
    FOREIGN KEY (tenant_id, standard_terms_id) REFERENCES standard_terms,
    FOREIGN KEY (tenant_id, amendment_id) REFERENCES amendments,
    FOREIGN KEY (tenant_id, terms_id) REFERENCES terms
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for name, columns in (
        ("standard_terms", STANDARD_TERMS),
        ("begun_agreements", BEGUN_AGREEMENTS),
    ):
        for statement in tenant_table(name, columns, grants=APPEND_ONLY, audited=True, role=role):
            op.execute(statement)
        op.execute(append_only(name))
    op.execute("CREATE INDEX begun_by_code ON begun_agreements (tenant_id, code)")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
