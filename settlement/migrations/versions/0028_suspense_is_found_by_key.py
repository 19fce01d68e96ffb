"""Suspense is found by the key of a record, so that a file asks for its own keys alone.

Adds columns and indexes only, so the release before runs on unharmed.
"""

from alembic import op

revision = "0028_suspense_is_found_by_key"
down_revision = "0027_leaving_fees_are_waived"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE suspense"
        " ADD COLUMN record_key text GENERATED ALWAYS AS (record ->> 'record_key') STORED,"
        " ADD COLUMN came_key text"
        " GENERATED ALWAYS AS (record -> 'came' ->> 'record_key') STORED"
    )
    # A key may be longer than a row of a tree takes; its hash is not.
    op.execute("CREATE INDEX suspense_by_key ON suspense USING hash (record_key)")
    op.execute("CREATE INDEX suspense_by_key_it_came_as ON suspense USING hash (came_key)")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
