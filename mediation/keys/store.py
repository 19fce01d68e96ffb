"""Rows of key files: which runs of keys a source has."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class KeyFileRow(Identified, Table):
    """A run of keys: in a file, or in the row itself while it is short.

    A retired run has been merged into another; its file goes with the next batch of its source.
    """

    __tablename__ = "key_files"

    source_id: orm.Mapped[UUID]
    keys: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    sha256: orm.Mapped[str | None] = orm.mapped_column(sa.CHAR(64))
    content: orm.Mapped[bytes | None]
    is_retired: orm.Mapped[bool]


def rows(session: TenantSession, source_id: UUID, *, retired: bool = False) -> list[KeyFileRow]:
    """The runs of a source, the longest first."""
    row = KeyFileRow
    query = sa.select(row).where(row.source_id == source_id, row.is_retired == retired)
    return list(session.scalars(query.order_by(row.keys.desc(), row.id)))


def lengths(session: TenantSession, source_id: UUID) -> list[tuple[int, bool]]:
    """Of each run of a source, how many keys it has and whether it is retired."""
    row = KeyFileRow
    query = sa.select(row.keys, row.is_retired).where(row.source_id == source_id)
    return [(keys, is_retired) for keys, is_retired in session.execute(query)]


def remove(session: TenantSession, gone: Sequence[KeyFileRow]) -> None:
    """Forget rows whose runs are in another row now."""
    for row in gone:
        session.delete(row)
    session.flush()
