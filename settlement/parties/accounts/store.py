"""Rows of parent accounts."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Recorded, Table
from tenants.session import TenantSession


class ParentAccountRow(Recorded, Identified, Table):
    """Who pays for an account, from one local day until another; nobody else where it is empty."""

    __tablename__ = "parent_accounts"

    party_id: orm.Mapped[UUID]
    parent_id: orm.Mapped[UUID | None]
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]


def rows_of(session: TenantSession, party_id: UUID) -> Sequence[ParentAccountRow]:
    """The parents of an account, the earliest first."""
    row = ParentAccountRow
    query = sa.select(row).where(row.party_id == party_id).order_by(row.valid_from)
    return session.scalars(query).all()


def parents_on(session: TenantSession, day: dt.date) -> dict[UUID, UUID]:
    """The parent of each account that has one on a day."""
    row = ParentAccountRow
    query = sa.select(row.party_id, row.parent_id).where(
        row.parent_id.is_not(None),
        row.valid_from <= day,
        sa.or_(row.valid_until.is_(None), row.valid_until > day),
    )
    return {party: parent for party, parent in session.execute(query) if parent is not None}


def all_rows(session: TenantSession) -> Sequence[ParentAccountRow]:
    """All parents of all accounts."""
    return session.scalars(sa.select(ParentAccountRow)).all()


def lock(session: TenantSession) -> None:
    """Let one change of accounts in at a time, or two could make a ring together."""
    session.hold("accounts")
