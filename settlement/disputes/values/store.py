"""Rows of proposed values."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import money
from settlement.disputes.dispute import Side
from settlement.disputes.values.value import ProposedValue
from tenants.persistence.tables import Table, TenantScoped
from tenants.session import TenantSession


class DisputeValueRow(TenantScoped, Table):
    """A value proposed to settle a dispute at."""

    __tablename__ = "dispute_values"

    dispute_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    place: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    proposed_by: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    words: orm.Mapped[str]
    proposed_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def add(session: TenantSession, dispute_id: UUID, proposed: ProposedValue) -> None:
    """Keep a proposal."""
    session.add(
        DisputeValueRow(
            tenant_id=session.tenant_id,
            dispute_id=dispute_id,
            place=proposed.place,
            proposed_by=proposed.proposed_by.value,
            currency=str(proposed.value.currency.code),
            amount=proposed.value.amount,
            words=proposed.words,
            proposed_at=proposed.proposed_at,
        )
    )
    session.flush()


def of_dispute(session: TenantSession, dispute_id: UUID) -> list[ProposedValue]:
    """The proposals of a dispute in their order."""
    row = DisputeValueRow
    query = sa.select(row).where(row.dispute_id == dispute_id).order_by(row.place)
    return [
        ProposedValue(
            each.place,
            Side(each.proposed_by),
            money(each.amount, each.currency),
            each.words,
            each.proposed_at,
        )
        for each in session.scalars(query)
    ]
