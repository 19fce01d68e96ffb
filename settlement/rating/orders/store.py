"""Rows of re-ratings that were ordered; none is ever changed."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class ReRatingRow(Identified, Table):
    """One order to rate a period again."""

    __tablename__ = "re_ratings"

    period_id: orm.Mapped[UUID]
    party_id: orm.Mapped[UUID | None]
    version: orm.Mapped[int | None]
    tariff: orm.Mapped[str | None]
    reason: orm.Mapped[str]
    ordered_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    ordered_by: orm.Mapped[str]


def add(session: TenantSession, row: ReRatingRow) -> None:
    """Keep an order."""
    session.add(row)
    session.flush()


def rows(session: TenantSession, period_id: UUID | None = None) -> Sequence[ReRatingRow]:
    """The orders of a period, or all, the earliest first."""
    query = sa.select(ReRatingRow).order_by(ReRatingRow.ordered_at, ReRatingRow.id)
    if period_id is not None:
        query = query.where(ReRatingRow.period_id == period_id)
    return session.scalars(query).all()
