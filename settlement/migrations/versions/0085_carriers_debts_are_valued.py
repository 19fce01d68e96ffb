"""Each direction of a declaration is a foreign debt of its own.

Adds columns with defaults, so the release before runs on unharmed.
"""

from alembic import op

revision = "0085_carriers_debts_are_valued"
down_revision = "0084_refused_files_are_kept"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("fx_settlements", "fx_revaluations"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN document_line text NOT NULL DEFAULT ''"
            " CHECK (document_line IN ('', 'incoming', 'outgoing'))"
        )


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
