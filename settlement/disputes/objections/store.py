"""Rows of the buckets that objections are about."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from settlement.interconnect.exchange.differing import Differing
from tenants.persistence.loading import load_rows
from tenants.persistence.tables import Table, TenantScoped
from tenants.session import TenantSession

AMOUNT = sa.Numeric(38, 12)
COLUMNS = (
    "tenant_id", "dispute_id", "line", "day", "direction", "trunk", "destination",
    "amount_ours", "amount_theirs",
)  # fmt: skip


class DisputedBucketRow(TenantScoped, Table):
    """One bucket with what each side counts; a side that does not have it has no amount."""

    __tablename__ = "disputed_buckets"

    dispute_id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    line: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    day: orm.Mapped[dt.date]
    direction: orm.Mapped[str]
    trunk: orm.Mapped[str]
    destination: orm.Mapped[str]
    amount_ours: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)
    amount_theirs: orm.Mapped[Decimal | None] = orm.mapped_column(AMOUNT)


def add(session: TenantSession, dispute_id: UUID, buckets: Sequence[Differing]) -> None:
    """Keep the buckets that a dispute is about."""
    rows = (
        (
            session.tenant_id,
            dispute_id,
            line,
            *each.key,
            each.ours.figures.amount if each.ours else None,
            each.theirs.figures.amount if each.theirs else None,
        )
        for line, each in enumerate(buckets, 1)
    )
    load_rows(session, "disputed_buckets", COLUMNS, rows)


def of_dispute(session: TenantSession, dispute_id: UUID) -> list[DisputedBucketRow]:
    """The buckets of a dispute in their order."""
    row = DisputedBucketRow
    query = sa.select(row).where(row.dispute_id == dispute_id).order_by(row.line)
    return list(session.scalars(query))
