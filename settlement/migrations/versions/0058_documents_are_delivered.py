"""Documents are delivered by the channels that a party chose, and every step of it is kept.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0058_documents_are_delivered"
down_revision = "0057_calls_are_compared_at_rates"
branch_labels = None
depends_on = None

# Without a party, the choice of the house.
CHOICES = """
    id uuid NOT NULL,
    party_id uuid,
    channel text NOT NULL,
    forms text[] NOT NULL,
    language text NOT NULL,
    address text NOT NULL,
    host_key text NOT NULL,
    secret text NOT NULL,
    valid_from date NOT NULL,
    is_active boolean NOT NULL,
    UNIQUE NULLS NOT DISTINCT (tenant_id, party_id, channel),
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""

DELIVERIES = """
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    party_id uuid NOT NULL,
    channel text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, document_id, channel),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties
"""

# `place` counts the steps of a delivery: of two workers at the same step one keeps its row.
EVENTS = """
    id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    place integer NOT NULL CHECK (place > 0),
    state text NOT NULL,
    attempt integer NOT NULL CHECK (attempt >= 0),
    address text NOT NULL,
    answer text NOT NULL,
    reference text NOT NULL,
    due_at timestamptz,
    happened_at timestamptz NOT NULL,
    told_by text NOT NULL,
    UNIQUE (tenant_id, delivery_id, place),
    FOREIGN KEY (tenant_id, delivery_id) REFERENCES deliveries
"""

DOWNLOADS = """
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    media_type text NOT NULL,
    downloaded_by text NOT NULL,
    downloaded_at timestamptz NOT NULL,
    UNIQUE (tenant_id, document_id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("delivery_choices", CHOICES, audited=True, role=role),
        *tenant_table("deliveries", DELIVERIES, grants=APPEND_ONLY, role=role),
        append_only("deliveries"),
        *tenant_table("delivery_events", EVENTS, grants=APPEND_ONLY, role=role),
        append_only("delivery_events"),
        *tenant_table("document_downloads", DOWNLOADS, grants=APPEND_ONLY, role=role),
        append_only("document_downloads"),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
