"""Rows of customers' choices of invoices."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.tables import Dated, Identified, Recorded, Table
from tenants.session import TenantSession


class InvoiceChoiceRow(Recorded, Dated, Identified, Table):
    """How a customer's charges are put on invoices, from one local day until another."""

    __tablename__ = "invoice_choices"

    party_id: orm.Mapped[UUID]
    way: orm.Mapped[str]
    groups: orm.Mapped[list[tuple[str, list[str]]]] = orm.mapped_column(JSONB)
    cycle_months: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    cycle_closes: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)


def choice_rows(session: TenantSession, party_id: UUID) -> Sequence[InvoiceChoiceRow]:
    """All choices of a customer, the earliest first."""
    row = InvoiceChoiceRow
    query = sa.select(row).where(row.party_id == party_id).order_by(row.valid_from)
    return session.scalars(query).all()


def choices_on(session: TenantSession, day: dt.date) -> Sequence[InvoiceChoiceRow]:
    """The choices of all customers that hold on a day."""
    row = InvoiceChoiceRow
    is_not_over = sa.or_(row.valid_until.is_(None), row.valid_until > day)
    return session.scalars(sa.select(row).where(row.valid_from <= day, is_not_over)).all()
