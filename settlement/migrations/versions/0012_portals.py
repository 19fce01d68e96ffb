"""A portal user or key belongs to one party of the right kind, and to no one else's."""

from alembic import op

revision = "0012_portals"
down_revision = "0011_payouts"
branch_labels = None
depends_on = None

# The kind follows from the role, so a partner's user cannot be bound to a customer or a carrier.
PARTY_KIND = """
    ADD COLUMN party_kind text GENERATED ALWAYS AS (
        CASE role WHEN 'partner_user' THEN 'partner' WHEN 'carrier_user' THEN 'carrier'
                  WHEN 'customer_user' THEN 'customer' END
    ) STORED,
    ADD CHECK ((party_kind IS NULL) = (party_id IS NULL)),
    ADD FOREIGN KEY (tenant_id, party_id, party_kind) REFERENCES parties (tenant_id, id, kind)
"""


def upgrade() -> None:
    for table in ("users", "api_keys"):
        op.execute(f"ALTER TABLE {table} {PARTY_KIND}")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
