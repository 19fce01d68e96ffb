"""Rows of requests answered once."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession


class AnswerRow(Identified, Table):
    """The answer given to an idempotency key of one principal."""

    __tablename__ = "idempotency_keys"

    principal: orm.Mapped[str]
    idempotency_key: orm.Mapped[str]
    request_hash: orm.Mapped[str]
    status: orm.Mapped[int | None]
    body: orm.Mapped[str | None]
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))


def lock_key(session: TenantSession, key: str) -> bool:
    """Reserve a key until the transaction ends; False while another request holds it."""
    name = f"{session.tenant_id} {session.principal.name} {key}"
    taken = sa.text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
    return bool(session.scalar(taken, {"name": name}))


def answer(session: TenantSession, key: str) -> AnswerRow | None:
    """What was answered to this key before."""
    return session.scalar(
        sa.select(AnswerRow).where(
            AnswerRow.principal == session.principal.name, AnswerRow.idempotency_key == key
        )
    )
