"""Documents are issued under gapless numbers and stay as they were issued, to the byte."""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0009_documents"
down_revision = "0008_rating"
branch_labels = None
depends_on = None

NUMBER_SERIES = """
    id uuid NOT NULL,
    kind text NOT NULL,
    template text NOT NULL,
    next_number bigint NOT NULL DEFAULT 1 CHECK (next_number > 0),
    UNIQUE (tenant_id, kind)
"""

# A draft has no number; a held one failed its rules and says which.
DOCUMENTS = """
    id uuid NOT NULL,
    kind text NOT NULL,
    status text NOT NULL CHECK (status IN ('held', 'issued')),
    series_id uuid,
    serial bigint,
    number text,
    party_id uuid NOT NULL,
    period_id uuid,
    agreement_id uuid,
    direction text NOT NULL DEFAULT 'receivable' CHECK (direction IN ('receivable', 'payable')),
    language text NOT NULL,
    currency char(3) NOT NULL,
    amount_net numeric(38, 12) NOT NULL,
    amount_tax numeric(38, 12) NOT NULL,
    amount_gross numeric(38, 12) NOT NULL,
    issued_on date,
    due_on date,
    issued_at timestamptz,
    content jsonb NOT NULL,
    rule_pack text NOT NULL DEFAULT '',
    verdict jsonb NOT NULL DEFAULT '{}',
    corrects_id uuid,
    purpose text NOT NULL,
    FOREIGN KEY (tenant_id, series_id) REFERENCES number_series,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, agreement_id) REFERENCES agreements,
    FOREIGN KEY (tenant_id, corrects_id) REFERENCES documents,
    CHECK ((status = 'issued') = (number IS NOT NULL)),
    CHECK (amount_gross = amount_net + amount_tax),
    UNIQUE (tenant_id, series_id, serial),
    UNIQUE (tenant_id, kind, number)
"""

DOCUMENT_FILES = """
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    media_type text NOT NULL,
    file_name text NOT NULL,
    sha256 char(64) NOT NULL,
    size_bytes bigint NOT NULL,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents,
    UNIQUE (tenant_id, document_id, media_type)
"""

ISSUED_STAYS_ISSUED = """
CREATE FUNCTION document_issued_stays_issued() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    IF OLD.status = 'issued' THEN
        RAISE EXCEPTION 'document % is issued: change it by another document', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    op.execute(ISSUED_STAYS_ISSUED)
    statements = [
        *tenant_table("number_series", NUMBER_SERIES, role=role),
        *tenant_table("documents", DOCUMENTS, audited=True, role=role),
        # `purpose` names what the document is for, so the same thing is never issued twice.
        "CREATE UNIQUE INDEX documents_purpose ON documents (tenant_id, purpose) "
        "WHERE status = 'issued'",
        "CREATE TRIGGER issued_stays_issued BEFORE UPDATE OR DELETE ON documents "
        "FOR EACH ROW EXECUTE FUNCTION document_issued_stays_issued()",
        *tenant_table("document_files", DOCUMENT_FILES, grants=APPEND_ONLY, role=role),
        append_only("document_files"),
        "ALTER TABLE charge_lines ADD FOREIGN KEY (tenant_id, document_id) REFERENCES documents",
        "ALTER TABLE shares ADD FOREIGN KEY (tenant_id, document_id) REFERENCES documents",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
