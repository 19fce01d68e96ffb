"""Rows of ranges, of numbered resources, and of what became of them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class RangeRow(Identified, Table):
    """Numbers, lines or ports that came together, and how long they rest."""

    __tablename__ = "resource_ranges"

    name: orm.Mapped[str]
    kind: orm.Mapped[str]
    quarantine_days: orm.Mapped[int]
    imported_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    imported_by: orm.Mapped[str]


class ResourceRow(Identified, Table):
    """One number, line or port."""

    __tablename__ = "numbered_resources"

    range_id: orm.Mapped[UUID]
    kind: orm.Mapped[str]
    code: orm.Mapped[str]


class StayRow(Identified, Table):
    """What a resource is from one local day until another."""

    __tablename__ = "resource_stays"

    resource_id: orm.Mapped[UUID]
    state: orm.Mapped[str]
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]
    due_on: orm.Mapped[dt.date | None]
    subscription_id: orm.Mapped[UUID | None]
    party_id: orm.Mapped[UUID | None]
    held_for: orm.Mapped[str]
    entered_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    entered_by: orm.Mapped[str]


RESOURCE_COLUMNS = ("tenant_id", "id", "range_id", "kind", "code")


def add_resources(session: TenantSession, rows: Iterable[Sequence[object]]) -> None:
    """Load resources as a set; each row has the values of RESOURCE_COLUMNS."""
    load_rows(session, "numbered_resources", RESOURCE_COLUMNS, rows)


def ranges(session: TenantSession) -> Sequence[RangeRow]:
    """All ranges in the order in which they came."""
    row = RangeRow
    return session.scalars(sa.select(row).order_by(row.imported_at, row.id)).all()


def known_codes(session: TenantSession, codes: Sequence[str]) -> list[str]:
    """Those of these codes that are there."""
    code = ResourceRow.code
    query = sa.select(code).where(code == sa.any_(sa.literal(list(codes)))).order_by(code)
    return list(session.scalars(query))


def resource_row(session: TenantSession, resource_id: UUID) -> ResourceRow | None:
    """The resource with this id."""
    return session.get(ResourceRow, (session.tenant_id, resource_id))


def resting(session: TenantSession, codes: Sequence[str]) -> dict[str, tuple[ResourceRow, int]]:
    """These resources by code, held until the commit, with the days they rest."""
    rows = session.execute(
        sa.select(ResourceRow, RangeRow.quarantine_days)
        .join(RangeRow, RangeRow.id == ResourceRow.range_id)
        .where(ResourceRow.code == sa.any_(sa.literal(list(codes))))
        .order_by(ResourceRow.id)
        .with_for_update(of=ResourceRow)
    ).all()
    return {row.code: (row, days) for row, days in rows}


def stays_of(session: TenantSession, resource_ids: Sequence[UUID]) -> Sequence[StayRow]:
    """What became of these resources, the earliest first."""
    row = StayRow
    return session.scalars(
        sa.select(row)
        .where(row.resource_id == sa.any_(sa.literal(list(resource_ids))))
        .order_by(row.resource_id, row.valid_from, row.id)
    ).all()


def lapsed(session: TenantSession, on: dt.date) -> Sequence[StayRow]:
    """Reservations and quarantines that are over by a day and not yet ended."""
    row = StayRow
    return session.scalars(
        sa.select(row).where(row.valid_until.is_(None), row.due_on <= on).with_for_update()
    ).all()


# What each resource is on a day; nothing kept of a day is free.
ON_DAY = """
    SELECT r.id, r.kind, r.code, coalesce(s.state, 'free') AS state, s.valid_from AS since,
           coalesce(s.valid_until, s.due_on) AS until, s.subscription_id,
           coalesce(s.held_for, '') AS held_for
    FROM numbered_resources r
    LEFT JOIN resource_stays s ON s.tenant_id = r.tenant_id AND s.resource_id = r.id
        AND s.valid_from <= :on AND coalesce(s.valid_until, s.due_on, 'infinity') > :on
"""

LISTED = f"""
    SELECT * FROM ({ON_DAY}) AS found
    WHERE (CAST(:kind AS text) IS NULL OR kind = :kind)
      AND (CAST(:state AS text) IS NULL OR state = :state)
      AND (CAST(:after AS text) IS NULL OR code COLLATE "C" > :after)
    ORDER BY code COLLATE "C" LIMIT :limit
"""  # noqa: S608 - our own literals.

COUNTED = f"""
    SELECT kind, state, count(*) AS resources FROM ({ON_DAY}) AS found
    GROUP BY kind, state ORDER BY kind, state
"""  # noqa: S608 - our own literals.

ONE = f"SELECT * FROM ({ON_DAY}) AS found WHERE id = :id"  # noqa: S608 - our own literals.


def on_day(
    session: TenantSession,
    on: dt.date,
    kind: str | None,
    state: str | None,
    after: str | None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """Resources as they are on a day, in the order of their codes."""
    asked = {"on": on, "kind": kind, "state": state, "after": after, "limit": limit}
    return session.execute(sa.text(LISTED), asked).all()


def one_on_day(session: TenantSession, resource_id: UUID, on: dt.date) -> sa.Row[Any] | None:
    """One resource as it is on a day."""
    return session.execute(sa.text(ONE), {"id": resource_id, "on": on}).first()


def counted(session: TenantSession, on: dt.date) -> list[tuple[str, str, int]]:
    """How many resources of each kind are in each state on a day."""
    rows = session.execute(sa.text(COUNTED), {"on": on})
    return [(row.kind, row.state, row.resources) for row in rows]
