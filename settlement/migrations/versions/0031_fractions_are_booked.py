"""Every fraction that rounding makes or loses is booked with its cause.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import REPLACEABLE, application_role, tenant_table

revision = "0031_fractions_are_booked"
down_revision = "0030_payers_change"
branch_labels = None
depends_on = None

# Numerator and denominator are whole numbers of any size, and a third has no decimals.
ROUNDING_ENTRIES = """
    id uuid NOT NULL,
    period_id uuid NOT NULL,
    corrects_period_id uuid,
    cause text NOT NULL CHECK (cause IN ('charge', 'share', 'share_by_event')),
    terms_id uuid,
    product text NOT NULL,
    rule text NOT NULL,
    what text NOT NULL,
    currency char(3) NOT NULL,
    numerator text NOT NULL CHECK (numerator ~ '^-?[1-9][0-9]*$'),
    denominator text NOT NULL CHECK (denominator ~ '^[1-9][0-9]*$'),
    posted numeric(38, 12) NOT NULL,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, corrects_period_id) REFERENCES periods,
    FOREIGN KEY (tenant_id, terms_id) REFERENCES terms
"""

# As the charges and shares that they are of, entries of a closed period stay as they were.
FROZEN = [
    f"CREATE TRIGGER {name}_while_open AFTER {event} ON rounding_entries "
    f"REFERENCING {table} TABLE AS touched "
    "FOR EACH STATEMENT EXECUTE FUNCTION rated_period_must_be_open()"
    for name, event, table in (("added", "INSERT", "NEW"), ("removed", "DELETE", "OLD"))
]


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table("rounding_entries", ROUNDING_ENTRIES, grants=REPLACEABLE, role=role),
        "CREATE INDEX rounding_entries_period ON rounding_entries (tenant_id, period_id)",
        *FROZEN,
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
