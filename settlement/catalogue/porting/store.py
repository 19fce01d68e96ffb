"""Rows of ported numbers. What was said of a number is never changed; its next row ends it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)
LOADED = (
    "tenant_id", "id", "number", "operator_code", "valid_from", "stated_until", "imported_at",
    "imported_by",
)  # fmt: skip


class PortedNumberRow(Identified, Table):
    """A number is with an operator from an instant, until one that was stated or the next row."""

    __tablename__ = "ported_numbers"

    number: orm.Mapped[str]
    operator_code: orm.Mapped[str]
    valid_from: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    stated_until: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)
    imported_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    imported_by: orm.Mapped[str]


def lock(session: TenantSession) -> None:
    """Let one import of the tenant in at a time, until the transaction ends."""
    session.hold("porting")


def add_numbers(session: TenantSession, rows: Iterable[Sequence[object]]) -> None:
    """Load numbers as a set; each row has the values of LOADED."""
    load_rows(session, "ported_numbers", LOADED, rows)


def known_values(
    session: TenantSession, numbers: Sequence[str]
) -> dict[tuple[str, dt.datetime], str]:
    """The operator of each of these numbers and instants from which it has one."""
    row = PortedNumberRow
    query = sa.select(row.number, row.valid_from, row.operator_code).where(
        row.number == sa.any_(sa.literal(list(numbers)))
    )
    return {(number, first): operator for number, first, operator in session.execute(query)}


def numbers_between(
    session: TenantSession,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    known_at: dt.datetime | None,
) -> Sequence[sa.Row[Any]]:
    """Numbers that are ported at some instant of [starts_at, ends_at), as known then, or now."""
    said = _said()
    if known_at is not None:
        said = said.where(PortedNumberRow.imported_at <= known_at)
    column = (held := said.subquery()).c
    return session.execute(
        sa.select(held)
        .where(
            column.valid_from < ends_at,
            sa.or_(column.valid_until.is_(None), column.valid_until > starts_at),
        )
        .order_by(sa.collate(column.number, "C"), column.valid_from)
    ).all()


def rows_of_number(session: TenantSession, number: str) -> Sequence[sa.Row[Any]]:
    """Where a number was, oldest first."""
    return session.execute(
        _said().where(PortedNumberRow.number == number).order_by(PortedNumberRow.valid_from)
    ).all()


def _said() -> sa.Select[Any]:
    row = PortedNumberRow
    follower = sa.func.lead(row.valid_from).over(partition_by=row.number, order_by=row.valid_from)
    ends = sa.func.least(row.stated_until, follower).label("valid_until")
    return sa.select(row.number, row.operator_code.label("operator"), row.valid_from, ends)
