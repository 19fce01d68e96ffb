"""Rows of withholding rates and of certificates of residence; none is ever changed."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)
RATE = sa.Numeric(7, 6)


class WithholdingRateRow(Identified, Table):
    """What is withheld of payments to a country, from a day on."""

    __tablename__ = "withholding_rates"

    country: orm.Mapped[str] = orm.mapped_column(sa.CHAR(2))
    rate: orm.Mapped[Decimal] = orm.mapped_column(RATE)
    treaty_rate: orm.Mapped[Decimal | None] = orm.mapped_column(RATE)
    valid_from: orm.Mapped[dt.date]
    entered_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    entered_by: orm.Mapped[str]


class ResidenceCertificateRow(Identified, Table):
    """Where a party resides, by the word of a tax office."""

    __tablename__ = "residence_certificates"

    party_id: orm.Mapped[UUID]
    country: orm.Mapped[str] = orm.mapped_column(sa.CHAR(2))
    number: orm.Mapped[str]
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date]
    entered_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    entered_by: orm.Mapped[str]


def rate_rows(session: TenantSession) -> Sequence[WithholdingRateRow]:
    """All rates, by country and day."""
    row = WithholdingRateRow
    return session.scalars(sa.select(row).order_by(row.country, row.valid_from)).all()


def certificate_rows(session: TenantSession) -> Sequence[ResidenceCertificateRow]:
    """All certificates, the earliest first."""
    row = ResidenceCertificateRow
    return session.scalars(sa.select(row).order_by(row.valid_from, row.id)).all()
