"""Rows of VAT rates that a tenant has entered; none is ever changed."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class OwnRateRow(Identified, Table):
    """A rate of a category in a country from a day on."""

    __tablename__ = "own_vat_rates"

    country: orm.Mapped[str] = orm.mapped_column(sa.CHAR(2))
    category: orm.Mapped[str]
    rate: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(7, 6))
    valid_from: orm.Mapped[dt.date]
    entered_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    entered_by: orm.Mapped[str]


def rows(session: TenantSession) -> Sequence[OwnRateRow]:
    """All of them, the earliest entered first."""
    return session.scalars(
        sa.select(OwnRateRow).order_by(OwnRateRow.entered_at, OwnRateRow.id)
    ).all()
