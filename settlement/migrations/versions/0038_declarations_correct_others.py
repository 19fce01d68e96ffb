"""A declaration may correct an earlier one of the same side, agreement and period.

Adds a column that may be null, so the release before runs on unharmed.
"""

from alembic import op

revision = "0038_declarations_correct_others"
down_revision = "0037_agents_sell"
branch_labels = None
depends_on = None

CORRECTS = """
    ADD COLUMN corrects_id uuid,
    ADD FOREIGN KEY (tenant_id, corrects_id) REFERENCES declarations (tenant_id, id)
"""


def upgrade() -> None:
    op.execute(f"ALTER TABLE declarations {CORRECTS}")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
