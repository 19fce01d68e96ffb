"""Rows of evidence of places; none is ever changed."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class PlaceEvidenceRow(Identified, Table):
    """One piece of evidence of where a customer belongs."""

    __tablename__ = "place_evidence"

    party_id: orm.Mapped[UUID]
    kind: orm.Mapped[str]
    country: orm.Mapped[str] = orm.mapped_column(sa.CHAR(2))
    told_on: orm.Mapped[dt.date]
    reference: orm.Mapped[str]
    recorded_by: orm.Mapped[str]
    recorded_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def rows(session: TenantSession, party_id: UUID | None = None) -> Sequence[PlaceEvidenceRow]:
    """The evidence of a party, or of all, in the order of recording."""
    query = sa.select(PlaceEvidenceRow).order_by(PlaceEvidenceRow.recorded_at, PlaceEvidenceRow.id)
    if party_id is not None:
        query = query.where(PlaceEvidenceRow.party_id == party_id)
    return session.scalars(query).all()
