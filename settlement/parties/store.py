"""Rows of parties and of their bank accounts."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class PartyRow(Identified, Table):
    """A customer, partner or carrier."""

    __tablename__ = "parties"

    kind: orm.Mapped[str]
    code: orm.Mapped[str]
    name: orm.Mapped[str]
    legal_form: orm.Mapped[str]
    country: orm.Mapped[str] = orm.mapped_column(sa.CHAR(2))
    tax_id: orm.Mapped[str]
    address: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    email: orm.Mapped[str]
    language: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    time_zone: orm.Mapped[str]
    jointly_with: orm.Mapped[str]
    tax_unit: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(JSONB(none_as_null=True))
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


class BankAccountRow(Identified, Table):
    """An account of a party, or of the tenant itself."""

    __tablename__ = "bank_accounts"

    party_id: orm.Mapped[UUID | None]
    holder: orm.Mapped[str]
    iban: orm.Mapped[str]
    bic: orm.Mapped[str]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    is_active: orm.Mapped[bool]
    changed_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
    changed_by: orm.Mapped[str]


# A party as it is kept, whether to be changed or only read.
Kept = PartyRow | sa.Row[Any]


def insert_parties(session: TenantSession, rows: Sequence[dict[str, Any]]) -> None:
    """Insert many parties as a set."""
    session.execute(sa.insert(PartyRow), list(rows))


def party_row(session: TenantSession, party_id: UUID) -> PartyRow | None:
    """The party with this id."""
    return session.get(PartyRow, (session.tenant_id, party_id))


def party_row_by_code(session: TenantSession, code: str) -> PartyRow | None:
    """The party with this code."""
    return session.scalar(sa.select(PartyRow).where(PartyRow.code == code))


def party_rows(
    session: TenantSession, kind: str | None, after: str | None, limit: int | None
) -> Sequence[Kept]:
    """Parties of a kind, or all, in the order of their codes."""
    # The C collation orders the same on every server.
    code = sa.collate(PartyRow.code, "C")
    # There may be very many, and nobody changes them: the session need not mind them.
    query = sa.select(*PartyRow.__table__.columns).order_by(code).limit(limit)
    if kind is not None:
        query = query.where(PartyRow.kind == kind)
    if after is not None:
        query = query.where(code > after)
    return session.execute(query).all()


def party_rows_by_code(session: TenantSession, codes: Sequence[str]) -> Sequence[PartyRow]:
    """Those of these parties that there are."""
    return session.scalars(
        sa.select(PartyRow).where(PartyRow.code == sa.any_(sa.literal(list(codes))))
    ).all()


def names(session: TenantSession, ids: set[UUID]) -> dict[UUID, str]:
    """Names of these parties by id."""
    query = sa.select(PartyRow.id, PartyRow.name).where(PartyRow.id.in_(ids))
    return {party_id: name for party_id, name in session.execute(query)}


def countries(session: TenantSession, ids: list[UUID]) -> dict[UUID, str]:
    """Countries of these parties by id."""
    query = sa.text("SELECT id, country FROM parties WHERE id = ANY(:ids)")
    return {row.id: row.country for row in session.execute(query, {"ids": ids})}


def active_account(
    session: TenantSession, party_id: UUID | None, currency: str
) -> BankAccountRow | None:
    """The account in use of a party, or of the tenant, in a currency."""
    return session.scalar(
        sa.select(BankAccountRow).where(
            BankAccountRow.party_id.is_not_distinct_from(party_id),
            BankAccountRow.currency == currency,
            BankAccountRow.is_active,
        )
    )


def accounts_of_parties(session: TenantSession) -> Sequence[BankAccountRow]:
    """All accounts that parties ever had, the newest last."""
    return session.scalars(
        sa.select(BankAccountRow)
        .where(BankAccountRow.party_id.is_not(None))
        .order_by(BankAccountRow.changed_at, BankAccountRow.id)
    ).all()


def account_rows(session: TenantSession, party_id: UUID | None) -> Sequence[BankAccountRow]:
    """All accounts there were, the newest last."""
    return session.scalars(
        sa.select(BankAccountRow)
        .where(BankAccountRow.party_id.is_not_distinct_from(party_id))
        .order_by(BankAccountRow.changed_at, BankAccountRow.id)
    ).all()
