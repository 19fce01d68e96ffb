"""${message}.

Say what the system can now do. While this runs, the previous release still serves: add before you
use, fill before you require, remove one release later. ALTER TABLE takes a lock that waits for every
open transaction: keep it short, and never fill a large table in the same transaction.
"""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "raise RuntimeError('write what becomes true')"}


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
