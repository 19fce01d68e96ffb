"""Rows of the choices of profiles."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.arrays import any_of
from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class ChoiceRow(Identified, Table):
    """A profile from a day on: of a party, or, without one, of the house."""

    __tablename__ = "document_profiles"

    party_id: orm.Mapped[UUID | None]
    profile: orm.Mapped[str]
    valid_from: orm.Mapped[dt.date]


def choice_of(
    session: TenantSession, party_id: UUID | None, valid_from: dt.date
) -> ChoiceRow | None:
    """What was chosen from this very day on."""
    of_party = ChoiceRow.party_id.is_not_distinct_from(party_id)
    asked = sa.select(ChoiceRow).where(of_party, ChoiceRow.valid_from == valid_from)
    return session.scalar(asked)


def choices_by(
    session: TenantSession, on: dt.date, parties: Collection[UUID]
) -> dict[UUID | None, str]:
    """The profile in force on a day, of these parties and of the house (None)."""
    asked = (
        sa.select(ChoiceRow.party_id, ChoiceRow.profile)
        .where(ChoiceRow.valid_from <= on)
        .where(ChoiceRow.party_id.is_(None) | (ChoiceRow.party_id == any_of(parties)))
        .order_by(ChoiceRow.valid_from)
    )
    # In the order of their days, the last one stays.
    return {party: profile for party, profile in session.execute(asked)}


def insert_choice(
    session: TenantSession, party_id: UUID | None, profile: str, valid_from: dt.date
) -> ChoiceRow:
    """Add a choice."""
    row = ChoiceRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        party_id=party_id,
        profile=profile,
        valid_from=valid_from,
    )
    session.add(row)
    session.flush()
    return row


def all_choices(session: TenantSession, party_id: UUID | None) -> list[ChoiceRow]:
    """Every choice, of one party where it is named, by party and day."""
    asked = sa.select(ChoiceRow).order_by(ChoiceRow.party_id, ChoiceRow.valid_from)
    if party_id is not None:
        asked = asked.where(ChoiceRow.party_id == party_id)
    return list(session.scalars(asked))
