"""A credit keeps what rounding made of it, and the rounding ledger tells it with its cause.

Adds a column that may be empty and allows more causes, so the release before runs on unharmed.
Credits from before are empty there: what they rounded is not known, and their digests hold.
"""

from alembic import op

from settlement.migrations.rated_lines import only_borne

revision = "0081_credits_tell_fractions"
down_revision = "0080_silence_agrees_to_offsets"
branch_labels = None
depends_on = None

CAUSES = (
    "charge", "share", "share_by_event", "unit", "tier", "cap", "guarantee", "advance", "fee",
    "commission", "new_contract", "refund", "chargeback", "write_off",
)  # fmt: skip


def upgrade() -> None:
    allowed = ", ".join(f"'{cause}'" for cause in CAUSES)
    for statement in (
        "ALTER TABLE shares ADD COLUMN fraction text CHECK (fraction ~ '^-?[0-9]+/[1-9][0-9]*$')",
        "ALTER TABLE rounding_entries DROP CONSTRAINT rounding_entries_cause_check",
        "ALTER TABLE rounding_entries ADD CONSTRAINT rounding_entries_cause_check"
        f" CHECK (cause IN ({allowed}))",
        # The new column is watched too.
        only_borne("shares", "BEFORE"),
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
