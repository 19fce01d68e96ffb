"""Rows of deposits and of what they were used for."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import money
from settlement.netting.deposits.deposit import Deposit
from tenants.persistence.tables import Identified, Recorded, Table
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)


class DepositRow(Recorded, Identified, Table):
    """Money that a carrier left with us."""

    __tablename__ = "carrier_deposits"

    carrier_id: orm.Mapped[UUID]
    reference: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)
    received_on: orm.Mapped[dt.date]


class DepositUseRow(Recorded, Identified, Table):
    """A part of a deposit that was set off or given back."""

    __tablename__ = "deposit_uses"

    deposit_id: orm.Mapped[UUID]
    use: orm.Mapped[str]
    amount: orm.Mapped[Decimal] = orm.mapped_column(AMOUNT)


DEPOSITS = """
    SELECT d.id, d.carrier_id, d.reference, d.currency, d.amount, d.received_on, d.recorded_at,
           d.recorded_by, d.amount - coalesce(u.amount, 0) AS left
    FROM carrier_deposits d
    LEFT JOIN (
        SELECT deposit_id, sum(amount) AS amount FROM deposit_uses GROUP BY deposit_id
    ) u ON u.deposit_id = d.id
    WHERE CAST(:deposit_id AS uuid) IS NULL OR d.id = :deposit_id
    ORDER BY d.received_on DESC, d.reference, d.id
"""


def deposits(session: TenantSession, deposit_id: UUID | None = None) -> list[Deposit]:
    """All deposits, those received last first; or one of them."""
    rows = session.execute(sa.text(DEPOSITS), {"deposit_id": deposit_id})
    return [
        Deposit(
            id=row.id,
            carrier_id=row.carrier_id,
            reference=row.reference,
            amount=money(row.amount, row.currency),
            received_on=row.received_on,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            left=money(row.left, row.currency),
        )
        for row in rows
    ]
