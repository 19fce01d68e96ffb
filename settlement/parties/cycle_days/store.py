"""Rows of cycle days."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Dated, Identified, Recorded, Table
from tenants.session import TenantSession


class CycleDayRow(Recorded, Dated, Identified, Table):
    """On which day of a month a customer's bills begin, from one local day until another."""

    __tablename__ = "cycle_days"

    party_id: orm.Mapped[UUID]
    day: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)


def rows_of(session: TenantSession, party_id: UUID) -> Sequence[CycleDayRow]:
    """All cycle days of a customer, the earliest first."""
    row = CycleDayRow
    query = sa.select(row).where(row.party_id == party_id).order_by(row.valid_from)
    return session.scalars(query).all()


def all_rows(session: TenantSession) -> Sequence[CycleDayRow]:
    """The cycle days of all customers, each customer's in the order in which they hold."""
    row = CycleDayRow
    return session.scalars(sa.select(row).order_by(row.party_id, row.valid_from)).all()
