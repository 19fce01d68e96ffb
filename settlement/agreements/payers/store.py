"""Rows of changes of payers."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import orm

from tenants.persistence.changes import changes
from tenants.persistence.tables import Recorded, Table, TenantScoped
from tenants.session import TenantSession


class ContractPayerRow(Recorded, TenantScoped, Table):
    """Who pays for a contract from a day on."""

    __tablename__ = "contract_payers"

    contract_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    valid_from: orm.Mapped[dt.date] = orm.mapped_column(primary_key=True)
    payer_id: orm.Mapped[UUID]


def rows(
    session: TenantSession, contract_id: UUID | None = None, until: dt.date | None = None
) -> Sequence[ContractPayerRow]:
    """Changes of one contract or of all, those up to and with a day or all, the earliest first."""
    return changes(session, ContractPayerRow, ContractPayerRow.contract_id, contract_id, until)
