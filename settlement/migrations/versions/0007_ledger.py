"""A double-entry book is kept by period: balanced per currency, append-only, chained by hashes."""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0007_ledger"
down_revision = "0006_agreements"
branch_labels = None
depends_on = None

PERIODS = """
    id uuid NOT NULL,
    code text NOT NULL CHECK (code ~ '^[0-9]{4}-[0-9]{2}$'),
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'closed')),
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    closed_by text,
    digest char(64),
    waiver text NOT NULL DEFAULT '',
    CHECK (ends_on > starts_on),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    UNIQUE (tenant_id, code),
    CONSTRAINT periods_do_not_overlap EXCLUDE USING gist (
        tenant_id WITH =, daterange(starts_on, ends_on) WITH &&
    )
"""

ENTRIES = """
    id uuid NOT NULL,
    n bigint NOT NULL CHECK (n > 0),
    period_id uuid NOT NULL,
    booked_on date NOT NULL,
    source_type text NOT NULL,
    source_id uuid NOT NULL,
    purpose text NOT NULL,
    narrative text NOT NULL,
    reverses_id uuid,
    previous_hash char(64) NOT NULL,
    hash char(64) NOT NULL,
    recorded_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, reverses_id) REFERENCES ledger_entries,
    UNIQUE (tenant_id, n),
    UNIQUE (tenant_id, source_type, source_id, purpose),
    UNIQUE (tenant_id, reverses_id)
"""

POSTINGS = """
    entry_id uuid NOT NULL,
    line integer NOT NULL,
    account text NOT NULL,
    party_id uuid,
    side text NOT NULL CHECK (side IN ('debit', 'credit')),
    amount numeric(38, 12) NOT NULL CHECK (amount > 0),
    currency char(3) NOT NULL,
    FOREIGN KEY (tenant_id, entry_id) REFERENCES ledger_entries,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""

# Checked at commit, when all postings of the entry are there.
ENTRY_MUST_BALANCE = """
CREATE FUNCTION ledger_entry_must_balance() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_postings
                   WHERE tenant_id = NEW.tenant_id AND entry_id = NEW.id)
    OR EXISTS (SELECT FROM ledger_postings
               WHERE tenant_id = NEW.tenant_id AND entry_id = NEW.id
               GROUP BY currency
               HAVING sum(CASE side WHEN 'debit' THEN amount ELSE -amount END) <> 0) THEN
        RAISE EXCEPTION 'ledger entry % does not balance', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""

# Checked for the statement as a whole: a posting added later cannot unbalance an old entry.
POSTINGS_MUST_BALANCE = """
CREATE FUNCTION ledger_postings_must_balance() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE unbalanced uuid;
BEGIN
    SELECT p.entry_id INTO unbalanced
    FROM ledger_postings p
    WHERE (p.tenant_id, p.entry_id) IN (SELECT tenant_id, entry_id FROM added)
    GROUP BY p.entry_id, p.currency
    HAVING sum(CASE p.side WHEN 'debit' THEN p.amount ELSE -p.amount END) <> 0
    LIMIT 1;
    IF unbalanced IS NOT NULL THEN
        RAISE EXCEPTION 'ledger entry % does not balance', unbalanced
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""

# FOR SHARE makes a posting wait for a close in progress, so nothing slips in behind it.
PERIOD_MUST_BE_OPEN = """
CREATE FUNCTION ledger_period_must_be_open() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE found_status text;
BEGIN
    SELECT status INTO found_status FROM periods
    WHERE tenant_id = NEW.tenant_id AND id = NEW.period_id FOR SHARE;
    IF found_status IS DISTINCT FROM 'open' THEN
        RAISE EXCEPTION 'period % is not open for entries', NEW.period_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

CLOSED_STAYS_CLOSED = """
CREATE FUNCTION period_closed_stays_closed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    IF OLD.status = 'closed' THEN
        RAISE EXCEPTION 'period % is closed for good', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for function in (
        ENTRY_MUST_BALANCE,
        POSTINGS_MUST_BALANCE,
        PERIOD_MUST_BE_OPEN,
        CLOSED_STAYS_CLOSED,
    ):
        op.execute(function)
    statements = [
        *tenant_table("periods", PERIODS, audited=True, role=role),
        "CREATE TRIGGER closed_stays_closed BEFORE UPDATE OR DELETE ON periods "
        "FOR EACH ROW EXECUTE FUNCTION period_closed_stays_closed()",
        *tenant_table("ledger_entries", ENTRIES, grants=APPEND_ONLY, role=role),
        append_only("ledger_entries"),
        *tenant_table(
            "ledger_postings", POSTINGS, key="entry_id, line", grants=APPEND_ONLY, role=role
        ),
        append_only("ledger_postings"),
        "CREATE TRIGGER period_is_open BEFORE INSERT ON ledger_entries "
        "FOR EACH ROW EXECUTE FUNCTION ledger_period_must_be_open()",
        "CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_entries "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_must_balance()",
        "CREATE TRIGGER balanced AFTER INSERT ON ledger_postings "
        "REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_postings_must_balance()",
        "CREATE INDEX ledger_postings_account ON ledger_postings "
        "(tenant_id, account, party_id, currency)",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
