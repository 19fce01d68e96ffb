"""Rows of drafts, and of charges left out of the documents of a month."""

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from tenants.persistence.tables import Identified, Recorded, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class DraftRow(Identified, Table):
    """A document to be; once issued it stays as evidence of who approved it."""

    __tablename__ = "document_drafts"

    party_id: orm.Mapped[UUID]
    period_id: orm.Mapped[UUID]
    purpose: orm.Mapped[str]
    kind: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    owed: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(38, 12))
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    charges: orm.Mapped[list[UUID]] = orm.mapped_column(ARRAY(sa.Uuid))
    status: orm.Mapped[str]
    drafted_on: orm.Mapped[dt.date]
    drafted_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    drafted_by: orm.Mapped[str]
    drafted_by_id: orm.Mapped[UUID | None]
    approved_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)
    approved_by: orm.Mapped[str | None]
    document_id: orm.Mapped[UUID | None]


class LeftOutRow(Recorded, Identified, Table):
    """A charge that is on no document of the month that ends on a day."""

    __tablename__ = "charges_left_out"

    charge_id: orm.Mapped[UUID]
    ends_on: orm.Mapped[dt.date]
    reason: orm.Mapped[str]


def draft_rows(session: TenantSession, statuses: Collection[str]) -> Sequence[DraftRow]:
    """Drafts in these states, customer by customer."""
    row = DraftRow
    query = sa.select(row).where(row.status.in_(statuses)).order_by(row.party_id, row.purpose)
    return session.scalars(query).all()


def held_rows(session: TenantSession, ids: Collection[UUID]) -> Sequence[DraftRow]:
    """These drafts, locked until the end of the transaction."""
    query = sa.select(DraftRow).where(DraftRow.id.in_(ids)).order_by(DraftRow.id)
    held = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(held).all()


def rows_for(session: TenantSession, purposes: Collection[str]) -> dict[str, DraftRow]:
    """The drafts of these purposes, locked."""
    query = sa.select(DraftRow).where(DraftRow.purpose.in_(purposes)).with_for_update()
    return {row.purpose: row for row in session.scalars(query)}


def remove_over(
    session: TenantSession, charges: Collection[UUID], prefix: str, but: Collection[str]
) -> None:
    """Remove drafts not issued over any of these charges whose purpose begins so, but for some."""
    row = DraftRow
    session.execute(
        sa.delete(row).where(
            row.status != "issued",
            row.purpose.startswith(prefix, autoescape=True),
            row.purpose.not_in(but),
            row.charges.overlap(list(charges)),
        )
    )


def left_out(session: TenantSession, ends_on: dt.date) -> frozenset[UUID]:
    """Charges that are on no document of the month that ends on this day, or of one before."""
    query = sa.select(LeftOutRow.charge_id).where(LeftOutRow.ends_on >= ends_on)
    return frozenset(session.scalars(query))
