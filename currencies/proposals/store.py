"""Rows of proposals of rates."""

import datetime as dt
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from currencies.proposals.proposal import RateProposal, Status, rate_of_plain
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

MOST_SHOWN = 50


class ProposalRow(Identified, Table):
    """Rates that wait for a second person, or were decided on."""

    __tablename__ = "fx_rate_proposals"

    source: orm.Mapped[str]
    rates: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(JSONB)
    reason: orm.Mapped[str]
    status: orm.Mapped[str]
    proposed_by: orm.Mapped[str]
    proposed_by_id: orm.Mapped[UUID | None]
    proposed_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    decided_by: orm.Mapped[str | None]
    decided_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))


def held_row(session: TenantSession, proposal_id: UUID) -> ProposalRow | None:
    """The row of a proposal, held until the transaction ends."""
    return session.held(ProposalRow, proposal_id)


def proposals(session: TenantSession) -> list[RateProposal]:
    """Proposals, those that wait first, then the newest."""
    query = sa.select(ProposalRow).order_by(
        ProposalRow.status != Status.PROPOSED, ProposalRow.proposed_at.desc(), ProposalRow.id
    )
    return [as_proposal(row) for row in session.scalars(query.limit(MOST_SHOWN))]


def as_proposal(row: ProposalRow) -> RateProposal:
    """The proposal of a row."""
    return RateProposal(
        id=row.id,
        source=row.source,
        rates=tuple(rate_of_plain(row.source, each) for each in row.rates),
        reason=row.reason,
        status=Status(row.status),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
