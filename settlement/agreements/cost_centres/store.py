"""Rows of cost centres."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class CostCentreRow(Identified, Table):
    """The cost centre of a contract from a day on."""

    __tablename__ = "contract_cost_centres"

    contract_id: orm.Mapped[UUID]
    valid_from: orm.Mapped[dt.date]
    cost_centre: orm.Mapped[str]
    recorded_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    recorded_by: orm.Mapped[str]


def rows(
    session: TenantSession, contract_id: UUID | None = None, until: dt.date | None = None
) -> Sequence[CostCentreRow]:
    """Those of one contract or of all, up to and with a day or all, the earliest first."""
    row = CostCentreRow
    query = sa.select(row).order_by(row.contract_id, row.valid_from)
    if contract_id is not None:
        query = query.where(row.contract_id == contract_id)
    if until is not None:
        query = query.where(row.valid_from <= until)
    return session.scalars(query).all()
