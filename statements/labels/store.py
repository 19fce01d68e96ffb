"""Rows of the labels that documents of parties wear."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.arrays import any_of
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class WornLabelRow(Identified, Table):
    """The label that a party's documents wear from a day on."""

    __tablename__ = "worn_labels"

    party_id: orm.Mapped[UUID]
    label: orm.Mapped[str]
    valid_from: orm.Mapped[dt.date]


def row_of(session: TenantSession, party_id: UUID, valid_from: dt.date) -> WornLabelRow | None:
    """What was said from this very day on."""
    asked = sa.select(WornLabelRow).filter_by(party_id=party_id, valid_from=valid_from)
    return session.scalar(asked)


def insert_row(session: TenantSession, party_id: UUID, label: str, valid_from: dt.date) -> None:
    """Say it for a day of its own."""
    row = WornLabelRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        party_id=party_id,
        label=label,
        valid_from=valid_from,
    )
    session.add(row)
    session.flush()


def labels_by(session: TenantSession, on: dt.date, parties: Collection[UUID]) -> dict[UUID, str]:
    """The labels in force on a day, of those of these parties that have one."""
    asked = (
        sa.select(WornLabelRow.party_id, WornLabelRow.label)
        .where(WornLabelRow.valid_from <= on, WornLabelRow.party_id == any_of(parties))
        .order_by(WornLabelRow.valid_from)
    )
    # In the order of their days, the last one stays.
    return {party: label for party, label in session.execute(asked)}


def all_rows(session: TenantSession) -> list[WornLabelRow]:
    """Everything said, by party and day."""
    asked = sa.select(WornLabelRow).order_by(WornLabelRow.party_id, WornLabelRow.valid_from)
    return list(session.scalars(asked))
