"""Rows of standings."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Dated, Identified, Table
from tenants.session import TenantSession


class StandingRow(Dated, Identified, Table):
    """How a customer is classed, from one local day until another."""

    __tablename__ = "standings"

    party_id: orm.Mapped[UUID]
    customer_class: orm.Mapped[str]
    segments: orm.Mapped[list[str]] = orm.mapped_column(sa.ARRAY(sa.Text))
    territory: orm.Mapped[str]


def standing_rows(session: TenantSession, party_id: UUID) -> Sequence[StandingRow]:
    """All standings of a customer in the order in which they hold."""
    return session.scalars(
        sa.select(StandingRow)
        .where(StandingRow.party_id == party_id)
        .order_by(StandingRow.valid_from)
    ).all()


def standings_between(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date
) -> Sequence[StandingRow]:
    """Standings of all customers that hold on some day of [starts_on, ends_on)."""
    row = StandingRow
    return session.scalars(
        sa.select(row)
        .where(
            row.valid_from < ends_on, sa.or_(row.valid_until.is_(None), row.valid_until > starts_on)
        )
        .order_by(row.party_id, row.valid_from)
    ).all()
