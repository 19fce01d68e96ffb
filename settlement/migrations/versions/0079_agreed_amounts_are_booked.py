"""What an exchange has agreed is booked beside what was declared, once for each agreed message.

Adds a table only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0079_agreed_amounts_are_booked"
down_revision = "0078_parties_may_be_units"
branch_labels = None
depends_on = None

EXCHANGE_SETTLEMENTS = """
    id uuid NOT NULL,
    exchange_message_id uuid NOT NULL,
    declaration_id uuid NOT NULL,
    direction text NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    currency char(3) NOT NULL,
    settled numeric(38, 12) NOT NULL,
    before numeric(38, 12) NOT NULL,
    settled_at timestamptz NOT NULL,
    UNIQUE (tenant_id, exchange_message_id, direction),
    FOREIGN KEY (tenant_id, exchange_message_id) REFERENCES exchange_messages,
    FOREIGN KEY (tenant_id, declaration_id) REFERENCES declarations
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    for statement in (
        *tenant_table(
            "exchange_settlements",
            EXCHANGE_SETTLEMENTS,
            grants=APPEND_ONLY,
            audited=True,
            role=role,
        ),
        append_only("exchange_settlements"),
        "CREATE INDEX settlements_of_a_declaration"
        " ON exchange_settlements (tenant_id, declaration_id)",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
