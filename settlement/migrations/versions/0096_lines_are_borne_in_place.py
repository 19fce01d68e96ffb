"""Indexes of charge lines leave room for their lines to be borne.

A document bears every line of a month once, and a line that is borne takes a second entry in each
index beside its first. Pages that were filled in order had no room: each was searched for entries
to throw away, in vain, and then split. Pages that are written from now on are half full until then;
those from before stay as they are, and so does what they say. The release before runs on unharmed.
"""

from alembic import op

revision = "0096_lines_are_borne_in_place"
down_revision = "0095_calls_are_returned_in_rap"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for index in ("charge_lines_pkey", "charge_lines_party"):
        op.execute(f"ALTER INDEX {index} SET (fillfactor = 50)")


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
