"""Carriers exchange control totals, differing records and settlements, message by message.

Adds tables only, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, application_role, tenant_table

revision = "0032_carriers_exchange_messages"
down_revision = "0031_fractions_are_booked"
branch_labels = None
depends_on = None

# Agreement and period are null where a refused message could not be read so far. An id counts once
# it is accepted; a refused message may be sent again under the same id.
MESSAGES = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    agreement_id uuid,
    period_id uuid,
    origin text NOT NULL CHECK (origin IN ('ours', 'theirs')),
    kind text NOT NULL,
    message_id text NOT NULL,
    in_reply_to text,
    sequence integer NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('sent', 'accepted', 'refused')),
    replaces text,
    amounts jsonb NOT NULL,
    reasons jsonb NOT NULL,
    is_signed boolean NOT NULL,
    sha256 char(64) NOT NULL,
    records_sha256 char(64),
    exchanged_on date NOT NULL,
    exchanged_at timestamptz NOT NULL,
    place bigint NOT NULL,
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties,
    FOREIGN KEY (tenant_id, agreement_id) REFERENCES agreements,
    FOREIGN KEY (tenant_id, period_id) REFERENCES periods,
    UNIQUE (tenant_id, carrier_id, place)
"""

BUCKETS = """
    exchange_message_id uuid NOT NULL,
    line integer NOT NULL,
    day date NOT NULL,
    direction text NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    trunk text NOT NULL,
    destination text NOT NULL,
    records bigint NOT NULL,
    seconds bigint NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount <> 'NaN'),
    hash char(64) NOT NULL,
    corrects text,
    FOREIGN KEY (tenant_id, exchange_message_id) REFERENCES exchange_messages
"""

# Public certificates only; a private key of ours is a file among the tenant's secrets.
CERTIFICATES = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    certificate text NOT NULL,
    fingerprint char(64) NOT NULL,
    registered_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties,
    UNIQUE (tenant_id, carrier_id, fingerprint)
"""

ONCE = """
    CREATE UNIQUE INDEX exchange_messages_are_accepted_once
    ON exchange_messages (tenant_id, carrier_id, message_id)
    WHERE origin = 'theirs' AND verdict = 'accepted'
"""


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = [
        *tenant_table("exchange_messages", MESSAGES, role=role),
        *tenant_table(
            "exchange_buckets",
            BUCKETS,
            key="exchange_message_id, line",
            grants=APPEND_ONLY,
            role=role,
        ),
        *tenant_table("exchange_certificates", CERTIFICATES, audited=True, role=role),
        ONCE,
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
