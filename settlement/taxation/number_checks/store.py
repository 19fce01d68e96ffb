"""Rows of checks and of decisions; neither is ever changed."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)

NEWEST = """
    SELECT DISTINCT ON (party_id, number, answer IN ('valid', 'invalid')) *
    FROM vat_number_checks
    ORDER BY party_id, number, answer IN ('valid', 'invalid'), checked_at DESC, id DESC
"""


class NumberCheckRow(Identified, Table):
    """One check of a VAT number."""

    __tablename__ = "vat_number_checks"

    party_id: orm.Mapped[UUID]
    number: orm.Mapped[str]
    requester: orm.Mapped[str]
    service: orm.Mapped[str]
    answer: orm.Mapped[str]
    request_identifier: orm.Mapped[str]
    name: orm.Mapped[str]
    address: orm.Mapped[str]
    detail: orm.Mapped[str]
    checked_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    checked_by: orm.Mapped[str]


class DomesticDecisionRow(Identified, Table):
    """A decision to charge a customer domestic VAT for a month."""

    __tablename__ = "domestic_vat_decisions"

    party_id: orm.Mapped[UUID]
    period: orm.Mapped[str]
    reason: orm.Mapped[str]
    decided_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    decided_by: orm.Mapped[str]


def check_rows(session: TenantSession, party_id: UUID | None = None) -> Sequence[NumberCheckRow]:
    """The checks of a party, or of all, the oldest first."""
    query = sa.select(NumberCheckRow).order_by(NumberCheckRow.checked_at, NumberCheckRow.id)
    if party_id is not None:
        query = query.where(NumberCheckRow.party_id == party_id)
    return session.scalars(query).all()


def newest_rows(session: TenantSession) -> Sequence[NumberCheckRow]:
    """The newest check of every number that said something, and the newest that did not."""
    return session.scalars(sa.select(NumberCheckRow).from_statement(sa.text(NEWEST))).all()


def decision_rows(
    session: TenantSession, party_id: UUID | None = None
) -> Sequence[DomesticDecisionRow]:
    """Decisions about a party, or all, the oldest first."""
    query = sa.select(DomesticDecisionRow).order_by(
        DomesticDecisionRow.decided_at, DomesticDecisionRow.id
    )
    if party_id is not None:
        query = query.where(DomesticDecisionRow.party_id == party_id)
    return session.scalars(query).all()
