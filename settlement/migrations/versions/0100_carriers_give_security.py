"""What others guarantee for carriers is kept, and so are deposits and what they were used for.

Adds tables, and a kind of alarm, so the release before runs on unharmed.
"""

from alembic import op

from tenants.persistence.isolation import APPEND_ONLY, append_only, application_role, tenant_table

revision = "0100_carriers_give_security"
down_revision = "0099_price_lists_are_decided_on"
branch_labels = None
depends_on = None

CARRIER_GUARANTEES = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('bank_guarantee', 'letter_of_credit', 'parent_guarantee')),
    reference text NOT NULL CHECK (reference <> ''),
    guarantor text NOT NULL CHECK (guarantor <> ''),
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0 AND amount <> 'NaN'),
    valid_from date NOT NULL,
    valid_until date CHECK (valid_until > valid_from),
    ended_on date CHECK (ended_on > valid_from),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    UNIQUE (tenant_id, carrier_id, reference),
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties
"""

CARRIER_DEPOSITS = """
    id uuid NOT NULL,
    carrier_id uuid NOT NULL,
    reference text NOT NULL CHECK (reference <> ''),
    currency char(3) NOT NULL,
    amount numeric(38, 12) NOT NULL CHECK (amount > 0 AND amount <> 'NaN'),
    received_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    UNIQUE (tenant_id, carrier_id, reference),
    FOREIGN KEY (tenant_id, carrier_id) REFERENCES parties
"""

DEPOSIT_USES = """
    id uuid NOT NULL,
    deposit_id uuid NOT NULL,
    use text NOT NULL CHECK (use IN ('set_off', 'given_back')),
    amount numeric(38, 12) NOT NULL CHECK (amount > 0 AND amount <> 'NaN'),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    FOREIGN KEY (tenant_id, deposit_id) REFERENCES carrier_deposits
"""

KINDS = "'{credit_limit,guarantee_ends,missing_file,default_rate,failed_run,silent_source}'::text[]"
CHECK = "alarm_recipients_kinds_check"


def upgrade() -> None:
    role = application_role(op.get_context())
    statements = tenant_table("carrier_guarantees", CARRIER_GUARANTEES, audited=True, role=role)
    for name, columns in (("carrier_deposits", CARRIER_DEPOSITS), ("deposit_uses", DEPOSIT_USES)):
        statements += tenant_table(name, columns, grants=APPEND_ONLY, audited=True, role=role)
        statements.append(append_only(name))
    statements += [
        "CREATE INDEX uses_of_a_deposit ON deposit_uses (tenant_id, deposit_id)",
        f"ALTER TABLE alarm_recipients ALTER COLUMN kinds SET DEFAULT {KINDS},"
        f" DROP CONSTRAINT {CHECK},"
        f" ADD CONSTRAINT {CHECK} CHECK (cardinality(kinds) > 0 AND kinds <@ {KINDS})",
        "ALTER TABLE alarm_mails DROP CONSTRAINT alarm_mails_kind_check,"
        f" ADD CONSTRAINT alarm_mails_kind_check CHECK (kind = ANY ({KINDS}))",
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
