"""Rows of rulings: the file that says whom the rules of a month's terms sold to."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class RulingRow(Identified, Table):
    """The parties and destinations of each rule, by which a period split its revenue, or that of a
    closed period that it corrects.
    """

    __tablename__ = "rulings"

    period_id: orm.Mapped[UUID]
    corrects_period_id: orm.Mapped[UUID | None]
    content_sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))


# The latest ruling of a month that another one bears, or one before it.
LATEST = """
    SELECT r.content_sha256
    FROM rulings r
    JOIN periods p ON p.tenant_id = r.tenant_id AND p.id = r.period_id
    JOIN periods b ON b.tenant_id = r.tenant_id AND b.id = :borne_by
    WHERE coalesce(r.corrects_period_id, r.period_id) = :of
      AND (p.ends_on < b.ends_on OR (p.id = b.id AND NOT :before))
    ORDER BY p.ends_on DESC
    LIMIT 1
"""


def add(session: TenantSession, period_id: UUID, corrects: UUID | None, sha256: str) -> None:
    """Keep a ruling."""
    session.add(
        RulingRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            period_id=period_id,
            corrects_period_id=corrects,
            content_sha256=sha256,
        )
    )
    session.flush()


def forget(session: TenantSession, period_id: UUID) -> None:
    """Remove those that an open period bears, so that the next run replaces them."""
    session.execute(sa.delete(RulingRow).where(RulingRow.period_id == period_id))


def latest(session: TenantSession, borne_by: UUID, of: UUID, *, before: bool) -> str | None:
    """The file that says whom the rules of a month sold to, as another month has it, or had it
    `before`.
    """
    facts = {"borne_by": borne_by, "of": of, "before": before}
    return session.execute(sa.text(LATEST), facts).scalar()


def kept(session: TenantSession, periods: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """The periods that bear a ruling, each with the month that it is of."""
    row = RulingRow
    of = sa.func.coalesce(row.corrects_period_id, row.period_id)
    found = sa.select(row.period_id, of).where(row.period_id.in_(periods))
    return [(borne_by, usage) for borne_by, usage in session.execute(found)]
