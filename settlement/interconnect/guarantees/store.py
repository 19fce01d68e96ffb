"""Rows of guarantees."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.money import money
from settlement.interconnect.guarantees.guarantee import Guarantee, Kind
from tenants.persistence.tables import Identified, Recorded, Table
from tenants.session import TenantSession
from tenants.values import value_of


class GuaranteeRow(Recorded, Identified, Table):
    """What somebody guarantees for a carrier."""

    __tablename__ = "carrier_guarantees"

    carrier_id: orm.Mapped[UUID]
    kind: orm.Mapped[str]
    reference: orm.Mapped[str]
    guarantor: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]
    ended_on: orm.Mapped[dt.date | None]


def guarantees(session: TenantSession) -> list[Guarantee]:
    """All of them, those that began last first."""
    row = GuaranteeRow
    order = (row.valid_from.desc(), row.reference, row.id)
    return [guarantee_of(each) for each in session.scalars(sa.select(row).order_by(*order))]


def of_reference(session: TenantSession, carrier_id: UUID, reference: str) -> Guarantee | None:
    """The guarantee of a carrier under a reference."""
    row = GuaranteeRow
    wanted = sa.select(row).where(row.carrier_id == carrier_id, row.reference == reference)
    found: Sequence[GuaranteeRow] = session.scalars(wanted).all()
    return guarantee_of(found[0]) if found else None


def held_row(session: TenantSession, guarantee_id: UUID) -> GuaranteeRow | None:
    """One row, held until the transaction ends."""
    return session.get(GuaranteeRow, (session.tenant_id, guarantee_id), with_for_update=True)


def guarantee_of(row: GuaranteeRow) -> Guarantee:
    """The value that a row keeps."""
    return value_of(Guarantee, row, kind=Kind(row.kind), amount=money(row.amount, row.currency))
