"""Customers, partners and carriers are three kinds of party, each with its accounts at a bank."""

from alembic import op

from tenants.persistence.isolation import EDITABLE, application_role, tenant_table

revision = "0004_parties"
down_revision = "0003_mediation"
branch_labels = None
depends_on = None

PARTIES = """
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('customer', 'partner', 'carrier')),
    code text NOT NULL,
    name text NOT NULL,
    legal_form text NOT NULL DEFAULT 'company' CHECK (legal_form IN ('person', 'company')),
    country char(2) NOT NULL,
    tax_id text NOT NULL DEFAULT '',
    address jsonb NOT NULL,
    email text NOT NULL DEFAULT '',
    language text NOT NULL,
    currency char(3) NOT NULL,
    time_zone text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, code),
    UNIQUE (tenant_id, id, kind)
"""

# A party's account, or, without a party, one of the tenant's own.
BANK_ACCOUNTS = """
    id uuid NOT NULL,
    party_id uuid,
    holder text NOT NULL,
    iban text NOT NULL,
    bic text NOT NULL,
    currency char(3) NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("parties", PARTIES, audited=True, role=role),
        *tenant_table("bank_accounts", BANK_ACCOUNTS, grants=EDITABLE, audited=True, role=role),
        # One account in use for each currency; a null party is the tenant itself.
        "CREATE UNIQUE INDEX one_account_in_use ON bank_accounts (tenant_id, party_id, currency)"
        " NULLS NOT DISTINCT WHERE is_active",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
