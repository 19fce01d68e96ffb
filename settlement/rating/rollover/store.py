"""Rows of rollover: which months were rated, and what each took from allowances that roll over."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

import polars as pl
import sqlalchemy as sa
from sqlalchemy import orm

from settlement.rating.rollover.left import USES
from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Table, TenantScoped
from tenants.session import TenantSession


class RatedMonthRow(TenantScoped, Table):
    """The month of a period that was rated, and what of earlier months it began with."""

    __tablename__ = "rated_months"

    period_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    month: orm.Mapped[dt.date]
    rolls_over: orm.Mapped[bool]
    openings_digest: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))


class AllowanceUseRow(TenantScoped, Table):
    """Units that the usage of a period took, in a month, from what one month granted."""

    __tablename__ = "allowance_uses"

    period_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    tariff: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    section: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    allowance: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    holder: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    month: orm.Mapped[dt.date] = orm.mapped_column(primary_key=True)
    granted: orm.Mapped[dt.date] = orm.mapped_column(primary_key=True)
    units: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)


def month_row(session: TenantSession, period_id: UUID) -> RatedMonthRow | None:
    """What is known of the last rating of a period."""
    return session.get(RatedMonthRow, (session.tenant_id, period_id))


def months_before(session: TenantSession, month: dt.date, first: dt.date) -> Sequence[dt.date]:
    """The months of [first, month) that were rated, the earliest first."""
    row = RatedMonthRow
    query = sa.select(row.month).where(row.month >= first, row.month < month)
    return session.scalars(query.order_by(row.month)).all()


def uses_before(session: TenantSession, month: dt.date, granted_from: dt.date) -> pl.DataFrame:
    """What was used before a month of what was granted since another: a frame of USES."""
    row = AllowanceUseRow
    query = sa.select(
        row.tariff,
        row.section,
        row.allowance,
        sa.cast(row.holder, sa.Text),
        row.month,
        row.granted,
        row.units,
    ).where(row.month < month, row.granted >= granted_from)
    rows = [tuple(each) for each in session.execute(query)]
    return pl.DataFrame(rows, schema=USES, orient="row")


def replace_month(
    session: TenantSession, row: RatedMonthRow, uses: Iterable[Sequence[object]]
) -> None:
    """Keep what a rating of a period began with and used, in place of the rating before."""
    for table in (AllowanceUseRow, RatedMonthRow):
        session.execute(sa.delete(table).where(table.period_id == row.period_id))
    session.add(row)
    columns = ("tenant_id", "period_id", *USES.names())
    load_rows(session, "allowance_uses", columns, uses)
