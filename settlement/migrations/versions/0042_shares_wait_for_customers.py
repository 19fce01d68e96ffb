"""A share is paid out as customers pay, and each statement keeps what it released.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0042_shares_wait_for_customers"
down_revision = "0041_counts_begin_anew"
branch_labels = None
depends_on = None

# What was released before and by this statement; the part that customers had paid by then is a
# fraction, because a third has no decimals. What a bounced payment takes back is below zero.
SHARE_RELEASES = """
    id uuid NOT NULL,
    share_id uuid NOT NULL,
    document_id uuid NOT NULL,
    before numeric(38, 12) NOT NULL CHECK (before <> 'NaN'),
    amount numeric(38, 12) NOT NULL CHECK (amount <> 'NaN'),
    numerator text NOT NULL CHECK (numerator ~ '^[0-9]+$'),
    denominator text NOT NULL CHECK (denominator ~ '^[1-9][0-9]*$'),
    UNIQUE (tenant_id, share_id, document_id),
    FOREIGN KEY (tenant_id, share_id) REFERENCES shares,
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table(
            "share_releases", SHARE_RELEASES, grants=APPEND_ONLY, audited=True, role=role
        ),
        append_only("share_releases"),
        "CREATE INDEX releases_of_a_document ON share_releases (tenant_id, document_id)",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
