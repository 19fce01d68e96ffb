"""Rows of tenants, and the directory of their codes."""

import datetime as dt
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class DirectoryRow(Table):
    """The code of a tenant, readable across tenants: the scheduler's and the commands' list."""

    __tablename__ = "tenant_directory"

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    code: orm.Mapped[str]


class TenantRow(Identified, Table):
    """What is known of a tenant."""

    __tablename__ = "tenants"

    code: orm.Mapped[str]
    name: orm.Mapped[str]
    legal_name: orm.Mapped[str]
    country: orm.Mapped[str]
    tax_id: orm.Mapped[str]
    address: orm.Mapped[dict[str, Any]] = orm.mapped_column(sa.dialects.postgresql.JSONB)
    base_currency: orm.Mapped[str]
    time_zone: orm.Mapped[str]
    languages: orm.Mapped[list[str]] = orm.mapped_column(sa.ARRAY(sa.Text))
    policies: orm.Mapped[dict[str, Any]] = orm.mapped_column(sa.dialects.postgresql.JSONB)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def own_row(session: TenantSession) -> TenantRow | None:
    """The row of the session's tenant."""
    return session.get(TenantRow, (session.tenant_id, session.tenant_id))


def is_listed(session: TenantSession, code: str) -> bool:
    """Whether a tenant of this code exists."""
    return session.scalar(sa.select(DirectoryRow.id).where(DirectoryRow.code == code)) is not None


def codes(connection: sa.Connection) -> list[str]:
    """The codes of all tenants, in order."""
    return list(connection.scalars(sa.select(DirectoryRow.code).order_by(DirectoryRow.code)))
