"""Rows of number series."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class SeriesRow(Identified, Table):
    """One count of documents of a kind.

    `next_number` counts all documents of the series; `cycle_before` of them were issued before the
    present `cycle`, a year or a month, began.
    """

    __tablename__ = "number_series"

    kind: orm.Mapped[str]
    template: orm.Mapped[str]
    next_number: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    resets: orm.Mapped[str]
    series: orm.Mapped[str]
    prefix: orm.Mapped[str]
    cycle: orm.Mapped[str]
    cycle_before: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)


def series_of(session: TenantSession, kind: str) -> SeriesRow | None:
    """The series of a kind, as it is."""
    return session.scalar(sa.select(SeriesRow).where(SeriesRow.kind == kind))


def all_series(session: TenantSession) -> list[SeriesRow]:
    """Every series, by kind."""
    return list(session.scalars(sa.select(SeriesRow).order_by(SeriesRow.kind)))


def locked_series(session: TenantSession, kind: str) -> SeriesRow | None:
    """The series of a kind, held until the transaction ends, so numbers have no gaps."""
    asked = sa.select(SeriesRow).where(SeriesRow.kind == kind).with_for_update()
    return session.scalar(asked.execution_options(populate_existing=True))


def insert_series(session: TenantSession, kind: str, **facts: Any) -> SeriesRow:
    """Add a series that begins with 1."""
    row = SeriesRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        kind=kind,
        next_number=1,
        cycle="",
        cycle_before=0,
        **facts,
    )
    session.add(row)
    session.flush()
    return row
