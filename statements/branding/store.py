"""Rows of the versions of a brand; none is ever changed."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class BrandRow(Identified, Table):
    """A version of a brand of the tenant, in force from a day on."""

    __tablename__ = "brand_versions"

    version: orm.Mapped[int]
    label: orm.Mapped[str]
    valid_from: orm.Mapped[dt.date]
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    restores: orm.Mapped[int | None]
    kept_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    kept_by: orm.Mapped[str]


def next_version(session: TenantSession) -> int:
    """The number of the version that is kept next; nobody else takes it meanwhile."""
    session.hold("brand")
    return (session.scalar(sa.select(sa.func.max(BrandRow.version))) or 0) + 1


def insert_version(session: TenantSession, **facts: Any) -> BrandRow:
    """Keep a version."""
    row = BrandRow(tenant_id=session.tenant_id, id=session.ids.new(), **facts)
    session.add(row)
    session.flush()
    return row


def all_versions(session: TenantSession) -> list[BrandRow]:
    """Every version, newest first."""
    return list(session.scalars(sa.select(BrandRow).order_by(BrandRow.version.desc())))


def version_row(session: TenantSession, version: int) -> BrandRow | None:
    """One version."""
    return session.scalar(sa.select(BrandRow).where(BrandRow.version == version))


def rows_in_force(
    session: TenantSession, on: dt.date, labels: Collection[str]
) -> dict[str, BrandRow]:
    """The versions in force on a day, by label: of the latest day, the last that was kept for it.

    A label without one is left out.
    """
    asked = (
        sa.select(BrandRow)
        .where(BrandRow.valid_from <= on, BrandRow.label.in_(labels))
        .order_by(BrandRow.label, BrandRow.valid_from.desc(), BrandRow.version.desc())
        .ext(distinct_on(BrandRow.label))
    )
    return {row.label: row for row in session.scalars(asked)}


def known_labels(session: TenantSession) -> list[str]:
    """The labels that versions were kept for, the house among them."""
    return list(session.scalars(sa.select(BrandRow.label).distinct().order_by(BrandRow.label)))
