"""Rows of posted fractions. They are only ever added."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

# From so many rows on, loading them as a set makes up for what it takes to begin.
MANY = 50


class PostedFractionRow(Identified, Table):
    """One fraction of a document or of a conversion."""

    __tablename__ = "posted_fractions"

    source_type: orm.Mapped[str]
    source_id: orm.Mapped[UUID]
    cause: orm.Mapped[str]
    what: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    numerator: orm.Mapped[str]
    denominator: orm.Mapped[str]
    posted: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    posted_on: orm.Mapped[dt.date]
    posted_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


COLUMNS = tuple(column.name for column in PostedFractionRow.__table__.columns)


def add(session: TenantSession, rows: Sequence[Sequence[object]]) -> None:
    """Add rows, each with the values of COLUMNS."""
    if len(rows) >= MANY:
        load_rows(session, PostedFractionRow.__tablename__, COLUMNS, rows)
    elif rows:
        named = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        session.execute(sa.insert(PostedFractionRow), named)


def of_source(
    session: TenantSession, source_type: str, source_id: UUID
) -> Sequence[PostedFractionRow]:
    """What one source posted."""
    of = PostedFractionRow
    asked = sa.select(of).where(of.source_type == source_type, of.source_id == source_id)
    return session.scalars(asked.order_by(of.cause, of.what)).all()


def between(
    session: TenantSession, starts_on: dt.date, until: dt.date
) -> Iterable[PostedFractionRow]:
    """What was posted on days from the first up to, without, the last."""
    of = PostedFractionRow
    asked = sa.select(of).where(of.posted_on >= starts_on, of.posted_on < until)
    order = (of.cause, of.posted_on, of.source_type, of.source_id, of.what)
    return session.scalars(asked.order_by(*order))
