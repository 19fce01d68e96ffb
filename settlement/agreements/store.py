"""Rows of agreements with partners and carriers, their terms and trunks."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_if_absent

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class AgreementRow(Identified, Table):
    """A revenue share or interconnect agreement with a party."""

    __tablename__ = "agreements"

    kind: orm.Mapped[str]
    code: orm.Mapped[str]
    party_id: orm.Mapped[UUID]
    currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3))
    policies: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


class TermsRow(Identified, Table):
    """What was agreed from one local day until another."""

    __tablename__ = "terms"

    agreement_id: orm.Mapped[UUID]
    version: orm.Mapped[int]
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]
    terms: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    digest: orm.Mapped[str] = orm.mapped_column(sa.CHAR(64))
    published_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)
    published_by: orm.Mapped[str]


class TrunkRow(Identified, Table):
    """A trunk, as the switch names it, that belongs to an interconnect agreement."""

    __tablename__ = "trunks"

    code: orm.Mapped[str]
    agreement_id: orm.Mapped[UUID]
    valid_from: orm.Mapped[dt.date]
    valid_until: orm.Mapped[dt.date | None]


_parties = sa.table("parties", sa.column("id", sa.Uuid), sa.column("time_zone", sa.Text))
_products = sa.table("products", sa.column("id", sa.Uuid), sa.column("code", sa.Text))
_tariffs = sa.table("tariffs", sa.column("id", sa.Uuid), sa.column("code", sa.Text))


def agreement_to_change(session: TenantSession, facts: Mapping[str, Any]) -> AgreementRow:
    """The agreement of this code, made of the facts if absent, and held until the commit."""
    session.execute(insert_if_absent(AgreementRow).values(**facts).on_conflict_do_nothing())
    return session.scalars(
        sa.select(AgreementRow).where(AgreementRow.code == facts["code"]).with_for_update()
    ).one()


def agreement_row(session: TenantSession, code: str) -> AgreementRow | None:
    """The agreement with this code."""
    return session.scalar(sa.select(AgreementRow).where(AgreementRow.code == code))


def terms_rows(session: TenantSession, agreement_id: UUID) -> Sequence[TermsRow]:
    """All versions of an agreement's terms in the order in which they hold."""
    return session.scalars(
        sa.select(TermsRow)
        .where(TermsRow.agreement_id == agreement_id)
        .order_by(TermsRow.valid_from)
    ).all()


def agreed_between(
    session: TenantSession, kind: str | None, starts_on: dt.date, ends_on: dt.date
) -> list[tuple[AgreementRow, TermsRow]]:
    """Terms that hold on some day of [starts_on, ends_on), with their agreements."""
    query = (
        sa.select(AgreementRow, TermsRow)
        .join(TermsRow, TermsRow.agreement_id == AgreementRow.id)
        .where(*_holding(TermsRow.valid_from, TermsRow.valid_until, starts_on, ends_on))
        .order_by(sa.collate(AgreementRow.code, "C"), TermsRow.valid_from)
    )
    if kind is not None:
        query = query.where(AgreementRow.kind == kind)
    return [(row[0], row[1]) for row in session.execute(query)]


def trunk_rows(session: TenantSession, codes: Sequence[str]) -> Sequence[sa.Row[TrunkRow, str]]:
    """Who has or had these trunks: the row, and the code of its agreement."""
    return session.execute(
        sa.select(TrunkRow, AgreementRow.code)
        .join(AgreementRow, AgreementRow.id == TrunkRow.agreement_id)
        .where(TrunkRow.code == sa.any_(sa.literal(list(codes))))
        .order_by(TrunkRow.valid_from)
    ).all()


def trunks_between(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date
) -> Sequence[TrunkRow]:
    """Trunks that hold on some day of [starts_on, ends_on), in the order of their codes."""
    return session.scalars(
        sa.select(TrunkRow)
        .where(*_holding(TrunkRow.valid_from, TrunkRow.valid_until, starts_on, ends_on))
        .order_by(sa.collate(TrunkRow.code, "C"), TrunkRow.valid_from)
    ).all()


def _holding(
    valid_from: Any, valid_until: Any, starts_on: dt.date, ends_on: dt.date
) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions for a half-open validity to hold on some day of [starts_on, ends_on)."""
    return valid_from < ends_on, sa.or_(valid_until.is_(None), valid_until > starts_on)
