"""Rows of waivers of the fee for leaving early."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class LeavingWaiverRow(Identified, Table):
    """Whose fee is waived, why, who proposed and who decided."""

    __tablename__ = "leaving_waivers"

    subscription_id: orm.Mapped[UUID]
    status: orm.Mapped[str]
    reason: orm.Mapped[str]
    proposed_by: orm.Mapped[str]
    proposed_by_id: orm.Mapped[UUID | None]
    proposed_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    decided_by: orm.Mapped[str | None]
    decided_by_id: orm.Mapped[UUID | None]
    decided_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(INSTANT)


def rows_of(session: TenantSession, subscription_id: UUID) -> Sequence[LeavingWaiverRow]:
    """The waivers of a subscription, the newest first."""
    row = LeavingWaiverRow
    query = sa.select(row).where(row.subscription_id == subscription_id)
    return session.scalars(query.order_by(row.proposed_at.desc(), row.id.desc())).all()


def held_row(session: TenantSession, waiver_id: UUID) -> LeavingWaiverRow | None:
    """A waiver, locked until the end of the transaction."""
    query = sa.select(LeavingWaiverRow).where(LeavingWaiverRow.id == waiver_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).first()


def approved(session: TenantSession) -> Sequence[UUID]:
    """The subscriptions whose fee is waived."""
    row = LeavingWaiverRow
    return session.scalars(sa.select(row.subscription_id).where(row.status == "approved")).all()
