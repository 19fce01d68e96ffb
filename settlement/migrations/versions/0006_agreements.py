"""Customers subscribe under contracts; partners and carriers have versioned terms."""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0006_agreements"
down_revision = "0005_catalogue"
branch_labels = None
depends_on = None

CONTRACTS = """
    id uuid NOT NULL,
    number text NOT NULL,
    customer_id uuid NOT NULL,
    currency char(3) NOT NULL,
    payment_days integer NOT NULL DEFAULT 14 CHECK (payment_days >= 0),
    valid_from date NOT NULL,
    valid_until date,
    policies jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, customer_id) REFERENCES parties,
    UNIQUE (tenant_id, number)
"""

SUBSCRIPTIONS = """
    id uuid NOT NULL,
    contract_id uuid NOT NULL,
    product_id uuid NOT NULL,
    tariff_id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    created_at timestamptz NOT NULL,
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    FOREIGN KEY (tenant_id, contract_id) REFERENCES contracts,
    FOREIGN KEY (tenant_id, product_id) REFERENCES products,
    FOREIGN KEY (tenant_id, tariff_id) REFERENCES tariffs
"""

# What usage names a subscription by: a telephone number, a card, a login.
IDENTIFIERS = """
    id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    identifier text NOT NULL CHECK (identifier <> ''),
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions,
    CONSTRAINT identifiers_do_not_overlap EXCLUDE USING gist (
        tenant_id WITH =, identifier WITH =, tstzrange(valid_from, valid_until) WITH &&
    )
"""

AGREEMENTS = """
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('revenue_share', 'interconnect')),
    code text NOT NULL,
    party_id uuid NOT NULL,
    currency char(3) NOT NULL,
    policies jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    UNIQUE (tenant_id, code)
"""

TERMS = """
    id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    version integer NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    terms jsonb NOT NULL,
    digest char(64) NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL,
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    FOREIGN KEY (tenant_id, agreement_id) REFERENCES agreements,
    UNIQUE (tenant_id, agreement_id, version),
    CONSTRAINT terms_do_not_overlap EXCLUDE USING gist (
        tenant_id WITH =, agreement_id WITH =, daterange(valid_from, valid_until) WITH &&
    )
"""

TRUNKS = """
    id uuid NOT NULL,
    code text NOT NULL,
    agreement_id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    FOREIGN KEY (tenant_id, agreement_id) REFERENCES agreements,
    CONSTRAINT trunks_do_not_overlap EXCLUDE USING gist (
        tenant_id WITH =, code WITH =, daterange(valid_from, valid_until) WITH &&
    )
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("contracts", CONTRACTS, audited=True, role=role),
        *tenant_table("subscriptions", SUBSCRIPTIONS, audited=True, role=role),
        *tenant_table("identifiers", IDENTIFIERS, audited=True, role=role),
        *tenant_table("agreements", AGREEMENTS, audited=True, role=role),
        *tenant_table("terms", TERMS, grants=APPEND_ONLY, audited=True, role=role),
        f"GRANT UPDATE (valid_until) ON terms TO {role}",
        *tenant_table("trunks", TRUNKS, audited=True, role=role),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
