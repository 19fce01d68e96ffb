"""Rows of zone plans. What a prefix was said to be is never changed; its next row ends it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import insert as insert_if_absent

from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)
LOADED = (
    "tenant_id", "id", "plan_id", "prefix", "zone", "valid_from", "stated_until", "imported_at",
    "imported_by",
)  # fmt: skip


class ZonePlanRow(Identified, Table):
    """A zone plan: a code and a name."""

    __tablename__ = "zone_plans"

    code: orm.Mapped[str]
    name: orm.Mapped[str]
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


class ZonePrefixRow(Identified, Table):
    """A prefix lies in a zone from a local day, until one that was stated or the next row."""

    __tablename__ = "zone_prefixes"

    plan_id: orm.Mapped[UUID]
    prefix: orm.Mapped[str]
    zone: orm.Mapped[str]
    valid_from: orm.Mapped[dt.date]
    stated_until: orm.Mapped[dt.date | None]
    imported_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    imported_by: orm.Mapped[str]


def plan_to_change(session: TenantSession, code: str, name: str) -> ZonePlanRow:
    """The plan of this code, made if absent, and held until the end of the transaction."""
    session.execute(
        insert_if_absent(ZonePlanRow)
        .values(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            code=code,
            name=name,
            created_at=session.now(),
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(
        sa.select(ZonePlanRow).where(ZonePlanRow.code == code).with_for_update()
    ).one()


def plan_row(session: TenantSession, code: str) -> ZonePlanRow | None:
    """The plan of this code."""
    return session.scalar(sa.select(ZonePlanRow).where(ZonePlanRow.code == code))


def plan_rows(session: TenantSession) -> Sequence[ZonePlanRow]:
    """All plans in the order of their codes."""
    return session.scalars(sa.select(ZonePlanRow).order_by(sa.collate(ZonePlanRow.code, "C"))).all()


def add_prefixes(session: TenantSession, rows: Iterable[Sequence[object]]) -> None:
    """Load prefixes as a set; each row has the values of LOADED."""
    load_rows(session, "zone_prefixes", LOADED, rows)


def known_values(session: TenantSession, plan_id: UUID) -> dict[tuple[str, dt.date], str]:
    """The zone of each prefix and first day of a plan."""
    row = ZonePrefixRow
    query = sa.select(row.prefix, row.valid_from, row.zone).where(row.plan_id == plan_id)
    return {(prefix, first): zone for prefix, first, zone in session.execute(query)}


def prefixes_between(
    session: TenantSession,
    plan_id: UUID,
    starts_on: dt.date,
    ends_on: dt.date,
    known_at: dt.datetime | None,
) -> Sequence[sa.Row[Any]]:
    """Prefixes that hold on some day of [starts_on, ends_on), as known at an instant, or now."""
    row = ZonePrefixRow
    follower = sa.func.lead(row.valid_from).over(partition_by=row.prefix, order_by=row.valid_from)
    ends = sa.func.least(row.stated_until, follower).label("valid_until")
    said = sa.select(row.prefix, row.zone, row.valid_from, ends).where(row.plan_id == plan_id)
    if known_at is not None:
        said = said.where(row.imported_at <= known_at)
    column = (held := said.subquery()).c
    return session.execute(
        sa.select(held)
        .where(
            column.valid_from < ends_on,
            sa.or_(column.valid_until.is_(None), column.valid_until > starts_on),
        )
        .order_by(sa.collate(column.prefix, "C"), column.valid_from)
    ).all()
