"""Rows of cost centres."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import orm

from tenants.persistence.changes import changes
from tenants.persistence.tables import Identified, Recorded, Table
from tenants.session import TenantSession


class CostCentreRow(Recorded, Identified, Table):
    """The cost centre of a contract from a day on."""

    __tablename__ = "contract_cost_centres"

    contract_id: orm.Mapped[UUID]
    valid_from: orm.Mapped[dt.date]
    cost_centre: orm.Mapped[str]


def rows(
    session: TenantSession, contract_id: UUID | None = None, until: dt.date | None = None
) -> Sequence[CostCentreRow]:
    """Those of one contract or of all, up to and with a day or all, the earliest first."""
    return changes(session, CostCentreRow, CostCentreRow.contract_id, contract_id, until)
