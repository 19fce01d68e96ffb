"""Rows of price lists that came, by what was decided on them."""

import datetime as dt
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.tables import Identified, Proposed, Table
from tenants.session import TenantSession


class PriceListRow(Identified, Proposed, Table):
    """A list: the file, how it is written, the day it asks for, and what it would do."""

    __tablename__ = "price_lists"

    agreement: orm.Mapped[str]
    deck: orm.Mapped[str]
    file_name: orm.Mapped[str]
    sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    layout: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    valid_from: orm.Mapped[dt.date]
    announced_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    leave_out_findings: orm.Mapped[bool]
    notice_days: orm.Mapped[int]
    notice_count: orm.Mapped[str]
    counts: orm.Mapped[dict[str, int]] = orm.mapped_column(JSONB)
    findings: orm.Mapped[int]
    prices_sha256: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    why: orm.Mapped[str]
    import_id: orm.Mapped[UUID | None]


def row(session: TenantSession, price_list_id: UUID) -> PriceListRow | None:
    return session.get(PriceListRow, (session.tenant_id, price_list_id))


def held_row(session: TenantSession, price_list_id: UUID) -> PriceListRow | None:
    """The list, locked until the end of the transaction."""
    return session.held(PriceListRow, price_list_id)


def same(
    session: TenantSession, agreement: str, sha256: str, valid_from: dt.date
) -> PriceListRow | None:
    """The same bytes for the same agreement and day, as long as they are not refused."""
    row = PriceListRow
    return session.scalars(
        sa.select(row).where(
            row.agreement == agreement,
            row.sha256 == sha256,
            row.valid_from == valid_from,
            row.status != "refused",
        )
    ).first()


def rows(session: TenantSession, limit: int) -> list[PriceListRow]:
    """What waits, then what was decided, each the newest first."""
    row = PriceListRow
    query = sa.select(row).order_by(
        (row.status == "proposed").desc(), row.proposed_at.desc(), row.id.desc()
    )
    return list(session.scalars(query.limit(limit)))
