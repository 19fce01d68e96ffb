"""What releasing a part of a share rounds is posted with its cause, and kept with the release.

Adds a column that may be empty and allows one more cause, so the release before runs on unharmed.
Releases from before are empty there: what they rounded is posted with the next one of their share.
"""

from alembic import op

revision = "0087_releases_tell_fractions"
down_revision = "0086_documents_pack_quickly"
branch_labels = None
depends_on = None

CAUSES = ("tax", "tax_inside", "tax_local", "withholding", "tie", "total", "fx", "release")


def upgrade() -> None:
    allowed = ", ".join(f"'{cause}'" for cause in CAUSES)
    for statement in (
        "ALTER TABLE share_releases"
        " ADD COLUMN fraction text CHECK (fraction ~ '^-?[0-9]+/[1-9][0-9]*$')",
        "ALTER TABLE posted_fractions DROP CONSTRAINT posted_fractions_cause_check",
        "ALTER TABLE posted_fractions ADD CONSTRAINT posted_fractions_cause_check"
        f" CHECK (cause IN ({allowed}))",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Books are never migrated backwards; restore a backup instead.")
