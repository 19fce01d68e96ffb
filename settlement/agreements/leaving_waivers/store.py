"""Rows of waivers of the fee for leaving early."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Proposed, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class LeavingWaiverRow(Identified, Proposed, Table):
    """Whose fee is waived, why, who proposed and who decided."""

    __tablename__ = "leaving_waivers"

    subscription_id: orm.Mapped[UUID]
    reason: orm.Mapped[str]


def rows_of(session: TenantSession, subscription_id: UUID) -> Sequence[LeavingWaiverRow]:
    """The waivers of a subscription, the newest first."""
    row = LeavingWaiverRow
    query = sa.select(row).where(row.subscription_id == subscription_id)
    return session.scalars(query.order_by(row.proposed_at.desc(), row.id.desc())).all()


def held_row(session: TenantSession, waiver_id: UUID) -> LeavingWaiverRow | None:
    """A waiver, locked until the end of the transaction."""
    return session.held(LeavingWaiverRow, waiver_id)


def approved(session: TenantSession) -> Sequence[UUID]:
    """The subscriptions whose fee is waived."""
    row = LeavingWaiverRow
    return session.scalars(sa.select(row.subscription_id).where(row.status == "approved")).all()
