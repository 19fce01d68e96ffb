"""Rows of exchange rates. They are only ever added."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from currencies.fx_rate import FxRate
from tenants.persistence.driver import driver_connection
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

COLUMNS = ("source", "base", "quote", "unit", "rate", "valid_on", "published_on", "table_number")


class FxRateRow(Identified, Table):
    """One rate as its source published it."""

    __tablename__ = "fx_rates"

    source: orm.Mapped[str]
    base: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    quote: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    unit: orm.Mapped[int]
    rate: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    valid_on: orm.Mapped[dt.date]
    published_on: orm.Mapped[dt.date]
    table_number: orm.Mapped[str]
    loaded_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


STAGE = """
    CREATE TEMPORARY TABLE fx_rates_staged ON COMMIT DROP AS
    SELECT id, source, base, quote, unit, rate, valid_on, published_on, table_number
    FROM fx_rates WITH NO DATA
"""

COPY = """
    COPY fx_rates_staged
        (id, source, base, quote, unit, rate, valid_on, published_on, table_number)
    FROM STDIN
"""

KEEP = """
    INSERT INTO fx_rates (tenant_id, id, source, base, quote, unit, rate,
        valid_on, published_on, table_number, loaded_at)
    SELECT :tenant, id, source, base, quote, unit, rate,
        valid_on, published_on, table_number, :now
    FROM fx_rates_staged
    ORDER BY id
    ON CONFLICT (tenant_id, source, base, quote, valid_on) DO NOTHING
    RETURNING id
"""

DIFFERING = """
    SELECT known.source, known.base, known.quote, known.unit, known.rate,
        known.valid_on, known.published_on, known.table_number,
        staged.source, staged.base, staged.quote, staged.unit, staged.rate,
        staged.valid_on, staged.published_on, staged.table_number
    FROM fx_rates_staged AS staged
    JOIN fx_rates AS known USING (source, base, quote, valid_on)
    WHERE known.rate * staged.unit <> staged.rate * known.unit
    ORDER BY known.valid_on, known.source, known.base, known.quote
    LIMIT 1
"""


def stage(session: TenantSession, rates: Sequence[FxRate]) -> None:
    """Copy rates into a temporary table beside `fx_rates`, which ends with the transaction."""
    session.execute(sa.text("DROP TABLE IF EXISTS pg_temp.fx_rates_staged"))
    session.execute(sa.text(STAGE))
    with driver_connection(session).cursor() as cursor, cursor.copy(COPY) as rows:
        for identity, rate in zip(session.ids.many(len(rates)), rates, strict=True):
            rows.write_row((identity, *_values(rate)))


def keep_staged(session: TenantSession) -> int:
    """Add the staged rates whose source, pair and day are new; how many."""
    facts = {"tenant": session.tenant_id, "now": session.now()}
    return len(session.execute(sa.text(KEEP), facts).all())


def staged_difference(session: TenantSession) -> tuple[FxRate, FxRate] | None:
    """The earliest kept rate for which a staged one gives another price, and that one."""
    row = session.execute(sa.text(DIFFERING)).first()
    return row and (_rate(row[: len(COLUMNS)]), _rate(row[len(COLUMNS) :]))


def rates(
    session: TenantSession,
    sources: Sequence[str] | None,
    valid_from: dt.date | None,
    valid_until: dt.date | None,
    pair: tuple[str, str] | None = None,
) -> Iterator[FxRate]:
    """Rates of these sources, of one pair or all, with a day in the half-open range, by keys."""
    query = sa.select(*(getattr(FxRateRow, name) for name in COLUMNS)).order_by(
        FxRateRow.source, FxRateRow.base, FxRateRow.quote, FxRateRow.valid_on
    )
    if sources is not None:
        query = query.where(FxRateRow.source.in_(sources))
    if pair is not None:
        query = query.where(FxRateRow.base == pair[0], FxRateRow.quote == pair[1])
    if valid_from is not None:
        query = query.where(FxRateRow.valid_on >= valid_from)
    if valid_until is not None:
        query = query.where(FxRateRow.valid_on < valid_until)
    for row in session.execute(query):
        yield _rate(row)


def pairs(session: TenantSession) -> list[tuple[str, str, str, dt.date, dt.date]]:
    """Sources and pairs with the days of their first and last rate."""
    keys = (FxRateRow.source, FxRateRow.base, FxRateRow.quote)
    days = (sa.func.min(FxRateRow.valid_on), sa.func.max(FxRateRow.valid_on))
    found = session.execute(sa.select(*keys, *days).group_by(*keys).order_by(*keys))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in found]


def _values(rate: FxRate) -> tuple[object, ...]:
    return (
        rate.source,
        rate.base,
        rate.quote,
        rate.unit,
        rate.rate,
        rate.valid_on,
        rate.published_on,
        rate.table_number or "",
    )


def _rate(row: Sequence[Any]) -> FxRate:
    source, base, quote, unit, rate, valid_on, published_on, number = row
    return FxRate(source, base, quote, unit, rate, valid_on, published_on, number or None)
