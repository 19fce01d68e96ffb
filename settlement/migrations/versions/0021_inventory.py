"""Numbers, lines and ports are one thing at a time: free, busy, reserved or in quarantine.

Adds tables only, so the previous release runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0021_inventory"
down_revision = "0020_charges_are_explained"
branch_labels = None
depends_on = None

RESOURCE_RANGES = """
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('number', 'line', 'port')),
    quarantine_days integer NOT NULL CHECK (quarantine_days >= 0),
    imported_at timestamptz NOT NULL,
    imported_by text NOT NULL,
    UNIQUE (tenant_id, id, kind)
"""

NUMBERED_RESOURCES = """
    id uuid NOT NULL,
    range_id uuid NOT NULL,
    kind text NOT NULL,
    code text NOT NULL CHECK (code <> ''),
    FOREIGN KEY (tenant_id, range_id, kind) REFERENCES resource_ranges (tenant_id, id, kind),
    UNIQUE (tenant_id, code)
"""

# A reservation or quarantine is over on its due day, whether or not somebody ends the row.
RESOURCE_STAYS = """
    id uuid NOT NULL,
    resource_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('busy', 'reserved', 'quarantine')),
    valid_from date NOT NULL,
    valid_until date,
    due_on date,
    subscription_id uuid,
    party_id uuid,
    held_for text NOT NULL DEFAULT '',
    entered_at timestamptz NOT NULL,
    entered_by text NOT NULL,
    CHECK (valid_until IS NULL OR valid_until >= valid_from),
    CHECK (due_on IS NULL OR due_on >= valid_from),
    CHECK ((state = 'busy') = (due_on IS NULL)),
    CHECK (state <> 'busy' OR subscription_id IS NOT NULL),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES numbered_resources,
    FOREIGN KEY (tenant_id, subscription_id) REFERENCES subscriptions,
    FOREIGN KEY (tenant_id, party_id) REFERENCES parties,
    CONSTRAINT a_resource_is_one_thing_at_a_time EXCLUDE USING gist (
        tenant_id WITH =, resource_id WITH =,
        daterange(valid_from, coalesce(valid_until, due_on)) WITH &&
    )
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table(
            "resource_ranges", RESOURCE_RANGES, grants=APPEND_ONLY, audited=True, role=role
        ),
        # A million numbers come in one import, which the audit trail names once, by its range.
        *tenant_table("numbered_resources", NUMBERED_RESOURCES, role=role),
        *tenant_table("resource_stays", RESOURCE_STAYS, audited=True, role=role),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
