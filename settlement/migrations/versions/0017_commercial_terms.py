"""Customers have roles and classes; promotions, bundles, terms and charges of their own apply.

What is added to tables that are there may be absent, so that nothing kept so far changes.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0017_commercial_terms"
down_revision = "0016_keys_are_looked_up"
branch_labels = None
depends_on = None

PROMOTIONS = """
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    terms jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL,
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    UNIQUE (tenant_id, code)
"""

# How a customer is classed, from one local day until another.
STANDINGS = """
    id uuid NOT NULL,
    party_id uuid NOT NULL,
    customer_class text NOT NULL DEFAULT '',
    segments text[] NOT NULL DEFAULT '{}',
    territory text NOT NULL DEFAULT '',
    valid_from date NOT NULL,
    valid_until date,
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    CONSTRAINT standings_do_not_overlap EXCLUDE USING gist (
        tenant_id WITH =, party_id WITH =, daterange(valid_from, valid_until) WITH &&
    )
"""

PROMOTION_GRANTS = """
    id uuid NOT NULL,
    promotion_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    begins_on date NOT NULL,
    reason text NOT NULL,
    granted_at timestamptz NOT NULL,
    granted_by text NOT NULL,
    FOREIGN KEY (tenant_id, promotion_id) REFERENCES promotions,
    FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions,
    UNIQUE (tenant_id, promotion_id, subscription_id)
"""

# A term agreed after the first one, which begins with the subscription.
COMMITMENTS = """
    id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    begins_on date NOT NULL,
    agreed_at timestamptz NOT NULL,
    agreed_by text NOT NULL,
    FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions,
    UNIQUE (tenant_id, subscription_id, begins_on)
"""

# Above zero it is charged once, below zero taken off; a mistake is undone by its opposite.
INDIVIDUAL_CHARGES = """
    id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    product_id uuid NOT NULL,
    charged_on date NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount <> 0),
    reason text NOT NULL,
    entered_at timestamptz NOT NULL,
    entered_by text NOT NULL,
    FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions,
    FOREIGN KEY (tenant_id, product_id) REFERENCES products
"""

ADDED = (
    "ALTER TABLE products ADD COLUMN components jsonb NOT NULL DEFAULT '[]'",
    # Two persons who are liable together are a couple.
    "ALTER TABLE parties ADD COLUMN jointly_with text NOT NULL DEFAULT ''",
    "ALTER TABLE parties DROP CONSTRAINT parties_legal_form_check",
    "ALTER TABLE parties ADD CONSTRAINT parties_legal_form_check"
    " CHECK (legal_form IN ('person', 'couple', 'company'))",
    "ALTER TABLE parties ADD CONSTRAINT a_couple_is_two"
    " CHECK ((legal_form = 'couple') = (jointly_with <> ''))",
    # Where nobody is named, the subscriber applies and pays.
    "ALTER TABLE contracts ADD COLUMN applicant_id uuid,"
    " ADD FOREIGN KEY (tenant_id, applicant_id) REFERENCES parties,"
    " ADD COLUMN payer_id uuid, ADD FOREIGN KEY (tenant_id, payer_id) REFERENCES parties",
    # When somebody ended it; null where it runs, or ends as was agreed.
    "ALTER TABLE subscriptions ADD COLUMN ended_at timestamptz",
    "ALTER TABLE charge_lines ADD COLUMN reason text, ADD COLUMN charge_id uuid,"
    " ADD FOREIGN KEY (tenant_id, charge_id) REFERENCES individual_charges",
    "CREATE INDEX charge_lines_of_individual_charges ON charge_lines (tenant_id, charge_id)"
    " WHERE charge_id IS NOT NULL",
)


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("promotions", PROMOTIONS, grants=APPEND_ONLY, audited=True, role=role),
        *tenant_table("standings", STANDINGS, audited=True, role=role),
        *tenant_table(
            "promotion_grants", PROMOTION_GRANTS, grants=APPEND_ONLY, audited=True, role=role
        ),
        *tenant_table("commitments", COMMITMENTS, grants=APPEND_ONLY, audited=True, role=role),
        *tenant_table(
            "individual_charges", INDIVIDUAL_CHARGES, grants=APPEND_ONLY, audited=True, role=role
        ),
        *ADDED,
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
