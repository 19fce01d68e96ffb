"""Rows of seals: the root over the events of each shared revenue of a closed period."""

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.sharing.sealing.seal import Seal
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class SealRow(Identified, Table):
    """The root over the events of a revenue in one month; no rule where its terms have none."""

    __tablename__ = "revenue_seals"

    period_id: orm.Mapped[UUID]
    terms_id: orm.Mapped[UUID]
    product: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    rule: orm.Mapped[str | None]
    what: orm.Mapped[str]
    events: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    root: orm.Mapped[str]


def add(session: TenantSession, seals: Iterable[Seal]) -> None:
    """Keep seals."""
    session.add_all(
        SealRow(tenant_id=session.tenant_id, id=session.ids.new(), **each._asdict())
        for each in seals
    )
    session.flush()


def seals(session: TenantSession, periods: Collection[UUID]) -> list[Seal]:
    """The seals of periods."""
    rows = session.scalars(sa.select(SealRow).where(SealRow.period_id.in_(periods)))
    return [Seal(*(getattr(row, name) for name in Seal._fields)) for row in rows]
