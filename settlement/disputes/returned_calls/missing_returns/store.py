"""Rows of waivers: numbers of RAP files that need not come."""

import datetime as dt
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class RapWaiverRow(Identified, Table):
    """A number of a network that need not come, and who said so."""

    __tablename__ = "rap_waivers"

    carrier_id: orm.Mapped[UUID]
    sender: orm.Mapped[str]
    recipient: orm.Mapped[str]
    sequence: orm.Mapped[int]
    reason: orm.Mapped[str]
    waived_by: orm.Mapped[str]
    waived_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def rows(session: TenantSession) -> list[RapWaiverRow]:
    """All of them, the earliest first."""
    row = RapWaiverRow
    return list(session.scalars(sa.select(row).order_by(row.waived_at, row.id)))
