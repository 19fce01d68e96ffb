"""Rated usage becomes charge lines and shares, each opening to the batches it came from."""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, REPLACEABLE, application_role, tenant_table

revision = "0008_rating"
down_revision = "0007_ledger"
branch_labels = None
depends_on = None

# One rating of one period; a later run of an open period replaces the lines of the earlier one.
RATING_RUNS = """
    id uuid NOT NULL,
    period_id uuid NOT NULL,
    rated_sha256 char(64),
    snapshot_digest char(64) NOT NULL,
    events bigint NOT NULL,
    rated bigint NOT NULL,
    suspended bigint NOT NULL,
    unbillable bigint NOT NULL,
    free bigint NOT NULL,
    rated_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods
"""

BATCH_OUTCOMES = """
    batch_id uuid NOT NULL,
    period_id uuid NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('rated', 'suspended', 'unbillable', 'free')),
    records bigint NOT NULL CHECK (records > 0),
    FOREIGN KEY (tenant_id, batch_id) REFERENCES batches,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods
"""

# amount_3600 is the exact amount times 3600, so that a price per minute stays a whole decimal;
# amount is rounded, once. A negative amount reverses. direction is ours: receivable or payable.
CHARGE_LINES = """
    id uuid NOT NULL,
    run_id uuid NOT NULL,
    period_id uuid NOT NULL,
    corrects_period_id uuid,
    side text NOT NULL CHECK (side IN ('customer', 'carrier')),
    direction text NOT NULL CHECK (direction IN ('receivable', 'payable')),
    party_id uuid NOT NULL,
    contract_id uuid,
    subscription_id uuid,
    agreement_id uuid,
    terms_id uuid,
    tariff_version_id uuid,
    service text NOT NULL,
    product text NOT NULL DEFAULT '',
    traffic_direction text NOT NULL DEFAULT '',
    trunk text NOT NULL DEFAULT '',
    destination text NOT NULL DEFAULT '',
    band text NOT NULL DEFAULT '',
    unit_price numeric(38, 12),
    currency char(3) NOT NULL,
    events bigint NOT NULL,
    quantity bigint NOT NULL DEFAULT 0,
    seconds bigint NOT NULL,
    free_units bigint NOT NULL DEFAULT 0,
    billed_units bigint NOT NULL,
    amount_3600 numeric(38, 12) NOT NULL,
    amount numeric(38, 12) NOT NULL,
    tax_category text NOT NULL DEFAULT 'standard',
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    batch_ids uuid[] NOT NULL DEFAULT '{}',
    document_id uuid,
    FOREIGN KEY (tenant_id, run_id) REFERENCES rating_runs,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, corrects_period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions,
    FOREIGN KEY (tenant_id, agreement_id) REFERENCES agreements,
    FOREIGN KEY (tenant_id, terms_id) REFERENCES terms,
    FOREIGN KEY (tenant_id, tariff_version_id) REFERENCES tariff_versions
"""

# An order to rate a period again, by what is known today or by a tariff version that it names; no
# tariff means all of them, no party means everybody.
RE_RATINGS = """
    id uuid NOT NULL,
    period_id uuid NOT NULL,
    tariff text,
    party_id uuid,
    version integer CHECK (version IS NULL OR tariff IS NOT NULL),
    reason text NOT NULL CHECK (reason <> ''),
    ordered_at timestamptz NOT NULL,
    ordered_by text NOT NULL,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""

# One payee's part of one product's revenue under one version of an agreement; no party means our
# own part. The amounts of a run, terms, product and currency add up to the base.
SHARES = """
    id uuid NOT NULL,
    run_id uuid NOT NULL,
    period_id uuid NOT NULL,
    corrects_period_id uuid,
    agreement_id uuid NOT NULL,
    terms_id uuid NOT NULL,
    party_id uuid,
    level integer NOT NULL DEFAULT 1,
    position integer NOT NULL,
    product text NOT NULL,
    currency char(3) NOT NULL,
    events bigint NOT NULL,
    gross numeric(38, 12) NOT NULL,
    base numeric(38, 12) NOT NULL,
    amount numeric(38, 12) NOT NULL,
    steps jsonb NOT NULL DEFAULT '[]',
    batch_ids uuid[] NOT NULL DEFAULT '{}',
    document_id uuid,
    FOREIGN KEY (tenant_id, run_id) REFERENCES rating_runs,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, corrects_period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, agreement_id) REFERENCES agreements,
    FOREIGN KEY (tenant_id, terms_id) REFERENCES terms,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""

# For a statement as a whole, so that loading many lines stays one set. All periods are locked
# before any status is read: the statement waits for a close in progress and then sees it.
PERIOD_MUST_BE_OPEN = """
CREATE FUNCTION rated_period_must_be_open() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE held record;
BEGIN
    FOR held IN
        WITH named AS MATERIALIZED (SELECT DISTINCT tenant_id, period_id FROM touched)
        SELECT p.code, p.status FROM periods p
        JOIN named n ON n.tenant_id = p.tenant_id AND n.period_id = p.id
        FOR SHARE OF p
    LOOP
        IF held.status <> 'open' THEN
            RAISE EXCEPTION 'period % is closed: its % stay as they are', held.code, TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""

# Lines of an open period are replaced as a whole; so nothing of a line ever changes, except that
# a document bears it, once.
ONLY_BORNE = """
CREATE FUNCTION rated_line_is_only_borne() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE borne record := OLD;
BEGIN
    borne.document_id := coalesce(OLD.document_id, NEW.document_id);
    IF NEW IS DISTINCT FROM borne THEN
        RAISE EXCEPTION 'a line of % never changes, but a document may bear it once', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def frozen(table: str) -> list[str]:
    """Triggers that keep the lines of closed periods as they were when the period closed."""
    opened = "FOR EACH STATEMENT EXECUTE FUNCTION rated_period_must_be_open()"
    return [
        f"CREATE TRIGGER added_while_open AFTER INSERT ON {table} "
        f"REFERENCING NEW TABLE AS touched {opened}",
        f"CREATE TRIGGER removed_while_open AFTER DELETE ON {table} "
        f"REFERENCING OLD TABLE AS touched {opened}",
        f"CREATE TRIGGER only_borne BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION rated_line_is_only_borne()",
    ]


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        PERIOD_MUST_BE_OPEN,
        ONLY_BORNE,
        *tenant_table("rating_runs", RATING_RUNS, grants=APPEND_ONLY, audited=True, role=role),
        *tenant_table("re_ratings", RE_RATINGS, grants=APPEND_ONLY, audited=True, role=role),
        *tenant_table(
            "batch_outcomes",
            BATCH_OUTCOMES,
            key="batch_id, period_id, outcome",
            grants=REPLACEABLE,
            role=role,
        ),
        *tenant_table("charge_lines", CHARGE_LINES, grants=REPLACEABLE, role=role),
        "CREATE INDEX charge_lines_party ON charge_lines (tenant_id, period_id, party_id)",
        "CREATE INDEX charge_lines_document ON charge_lines (tenant_id, document_id)",
        *frozen("charge_lines"),
        *tenant_table("shares", SHARES, grants=REPLACEABLE, role=role),
        "CREATE INDEX shares_party ON shares (tenant_id, period_id, party_id)",
        *frozen("shares"),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
