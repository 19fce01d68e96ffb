"""A month keeps whom the rules of terms sold to; seals are of the split of a rule, or of units.

Adds a table, and columns with defaults. The release before seals months without them; let it end
before a month is closed.
"""

from alembic import op

from tenants.persistence.isolation import REPLACEABLE, application_role, tenant_table

revision = "0104_seals_are_of_rules_too"
down_revision = "0103_numbers_count_in_streams"
branch_labels = None
depends_on = None

# Of an open period they are replaced by each run, as its shares are.
RULINGS = """
    id uuid NOT NULL,
    period_id uuid NOT NULL,
    corrects_period_id uuid,
    content_sha256 char(64) NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    UNIQUE NULLS NOT DISTINCT (tenant_id, period_id, corrects_period_id),
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, corrects_period_id) REFERENCES periods
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table("rulings", RULINGS, grants=REPLACEABLE, role=role),
        "CREATE INDEX rulings_of ON rulings (tenant_id, (coalesce(corrects_period_id, period_id)))",
        # No rule: of all that was charged, by terms that have none.
        "ALTER TABLE revenue_seals ADD COLUMN rule text",
        "ALTER TABLE revenue_seals ADD COLUMN what text NOT NULL DEFAULT 'amounts'"
        " CHECK (what IN ('amounts', 'units'))",
        "ALTER TABLE revenue_seals DROP CONSTRAINT"
        " revenue_seals_tenant_id_period_id_terms_id_product_currency_key",
        "ALTER TABLE revenue_seals ADD UNIQUE NULLS NOT DISTINCT"
        " (tenant_id, period_id, terms_id, product, currency, rule, what)",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
