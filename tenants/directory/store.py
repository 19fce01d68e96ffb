"""Rows of tenants, and the directory of their codes."""

import datetime as dt
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event, orm

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


_OWN: Final = "own tenant"


def own_row(session: TenantSession) -> TenantRow | None:
    """The row of the session's tenant, read once in a transaction."""
    row = session.get(TenantRow, (session.tenant_id, session.tenant_id))
    # A session lets go of rows that nobody else holds, and nearly every service asks for this one.
    session.info[_OWN] = row
    return row


@event.listens_for(TenantSession, "after_transaction_end")
def _let_go(session: TenantSession, ended: orm.SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_OWN, None)


def is_listed(session: TenantSession, code: str) -> bool:
    """Whether a tenant of this code exists."""
    return session.scalar(sa.select(DirectoryRow.id).where(DirectoryRow.code == code)) is not None


def codes(connection: sa.Connection) -> list[str]:
    """The codes of all tenants, in order."""
    return list(connection.scalars(sa.select(DirectoryRow.code).order_by(DirectoryRow.code)))
