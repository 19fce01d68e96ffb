"""Products are sold at tariffs and rate decks whose dated versions never overlap."""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0005_catalogue"
down_revision = "0004_parties"
branch_labels = None
depends_on = None

PRODUCTS = """
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    service text NOT NULL,
    tax_category text NOT NULL DEFAULT 'standard',
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, code)
"""

TARIFFS = """
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, code)
"""

# `stated_until` is the end that was published. `valid_until` is what the versions published since
# have made of it; both are needed to rate again by what was known on a past day.
TARIFF_VERSIONS = """
    id uuid NOT NULL,
    tariff_id uuid NOT NULL,
    version integer NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    stated_until date,
    terms jsonb NOT NULL,
    digest char(64) NOT NULL,
    findings jsonb NOT NULL DEFAULT '[]',
    published_at timestamptz NOT NULL,
    published_by text NOT NULL,
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    FOREIGN KEY (tenant_id, tariff_id) REFERENCES tariffs,
    UNIQUE (tenant_id, tariff_id, version),
    CONSTRAINT tariff_versions_do_not_overlap EXCLUDE USING gist (
        tenant_id WITH =, tariff_id WITH =, daterange(valid_from, valid_until) WITH &&
    )
"""

RATE_DECKS = """
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    currency char(3) NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, code)
"""

# One file, or one set of prices, that a deck was given; `findings` are the rows left out.
DECK_IMPORTS = """
    id uuid NOT NULL,
    deck_id uuid NOT NULL,
    sha256 char(64) NOT NULL,
    valid_from date NOT NULL,
    rates bigint NOT NULL CHECK (rates >= 0),
    ended bigint NOT NULL CHECK (ended >= 0),
    findings jsonb NOT NULL DEFAULT '[]',
    imported_at timestamptz NOT NULL,
    imported_by text NOT NULL,
    FOREIGN KEY (tenant_id, deck_id) REFERENCES rate_decks,
    UNIQUE (tenant_id, deck_id, sha256, valid_from),
    UNIQUE (tenant_id, deck_id, id)
"""

# An empty band means the price holds in every band; an empty prefix, for every number. Fee and
# increments are null where those of the tariff hold.
#
# That prices do not overlap is held by a trigger and not by an exclusion constraint: its index took
# thirty times as long to fill as this unique key, half a minute for a deck of 100,000 prefixes.
DECK_RATES = """
    id uuid NOT NULL,
    deck_id uuid NOT NULL,
    import_id uuid NOT NULL,
    prefix text NOT NULL CHECK (prefix ~ '^[0-9]{0,17}$'),
    destination text NOT NULL,
    band text NOT NULL DEFAULT '',
    priority bigint NOT NULL DEFAULT 0,
    price numeric(38, 12) NOT NULL CHECK (price >= 0),
    connection_fee numeric(38, 12) CHECK (connection_fee >= 0),
    first_increment bigint CHECK (first_increment > 0),
    next_increment bigint CHECK (next_increment > 0),
    valid_from date NOT NULL,
    valid_until date,
    stated_until date,
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    FOREIGN KEY (tenant_id, deck_id, import_id) REFERENCES deck_imports (tenant_id, deck_id, id),
    UNIQUE (tenant_id, deck_id, prefix, band, priority, valid_from)
"""

# The row of the deck is locked first, so that two writers of one deck see each other's prices.
DECK_RATES_DO_NOT_OVERLAP = """
CREATE FUNCTION deck_rates_do_not_overlap() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM FROM rate_decks
    WHERE (tenant_id, id) IN (SELECT DISTINCT tenant_id, deck_id FROM changed) FOR UPDATE;
    -- In the order of their first days, prices overlap somewhere only if two neighbours do. One
    -- sorted pass over the deck costs the same whatever the statistics say; a join does not.
    IF EXISTS (
        SELECT FROM (
            SELECT valid_until, lead(valid_from) OVER (
                PARTITION BY tenant_id, deck_id, prefix, band, priority ORDER BY valid_from
            ) AS follows_from
            FROM deck_rates
            WHERE (tenant_id, deck_id) IN (SELECT DISTINCT tenant_id, deck_id FROM changed)
        ) AS neighbours
        WHERE follows_from < coalesce(valid_until, 'infinity')
    ) THEN
        RAISE EXCEPTION 'prices of one prefix overlap in deck_rates'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'deck_rates_do_not_overlap';
    END IF;
    RETURN NULL;
END $$
"""
CHANGES = ("INSERT", "UPDATE")


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("products", PRODUCTS, audited=True, role=role),
        *tenant_table("tariffs", TARIFFS, audited=True, role=role),
        *tenant_table(
            "tariff_versions", TARIFF_VERSIONS, grants=APPEND_ONLY, audited=True, role=role
        ),
        # Only the end of the last version may be set, when its successor begins.
        f"GRANT UPDATE (valid_until) ON tariff_versions TO {role}",
        *tenant_table("rate_decks", RATE_DECKS, audited=True, role=role),
        *tenant_table("deck_imports", DECK_IMPORTS, grants=APPEND_ONLY, audited=True, role=role),
        *tenant_table("deck_rates", DECK_RATES, grants=APPEND_ONLY, role=role),
        # A price is never changed, only ended, by the one that follows it.
        f"GRANT UPDATE (valid_until) ON deck_rates TO {role}",
        DECK_RATES_DO_NOT_OVERLAP,
        *(
            f"CREATE TRIGGER no_overlap_by_{change} AFTER {change} ON deck_rates"
            " REFERENCING NEW TABLE AS changed"
            " FOR EACH STATEMENT EXECUTE FUNCTION deck_rates_do_not_overlap()"
            for change in CHANGES
        ),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
