"""Rows of standard terms, and of the agreements that were begun from them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

INSTANT = sa.DateTime(timezone=True)


class StandardTermsRow(Identified, Table):
    """One version of standard terms."""

    __tablename__ = "standard_terms"

    name: orm.Mapped[str]
    version: orm.Mapped[int]
    kind: orm.Mapped[str]
    terms: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    policies: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    kept_by: orm.Mapped[str]
    kept_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


class BegunAgreementRow(Identified, Table):
    """An agreement begun from standard terms: a draft of it, or terms that were agreed at once."""

    __tablename__ = "begun_agreements"

    standard_terms_id: orm.Mapped[UUID]
    code: orm.Mapped[str]
    filled: orm.Mapped[dict[str, Any]] = orm.mapped_column(JSONB)
    amendment_id: orm.Mapped[UUID | None]
    terms_id: orm.Mapped[UUID | None]
    begun_by: orm.Mapped[str]
    begun_at: orm.Mapped[dt.datetime] = orm.mapped_column(INSTANT)


def hold(session: TenantSession, name: str) -> None:
    """Let versions of the same name be kept one after the other."""
    session.hold("standard_terms", name)


def rows(session: TenantSession, name: str | None = None) -> Sequence[StandardTermsRow]:
    """Versions of one name or all, by name and version."""
    row = StandardTermsRow
    query = sa.select(row).order_by(row.name, row.version)
    return session.scalars(query if name is None else query.where(row.name == name)).all()


def begun(session: TenantSession, code: str) -> list[tuple[BegunAgreementRow, StandardTermsRow]]:
    """What an agreement was begun from, the newest first."""
    row, standard = BegunAgreementRow, StandardTermsRow
    query = sa.select(row, standard).join(standard, standard.id == row.standard_terms_id)
    found = session.execute(query.where(row.code == code).order_by(row.begun_at.desc(), row.id))
    return [(each[0], each[1]) for each in found]
