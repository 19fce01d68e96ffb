"""Rows of users, of their sign-ins, and of API keys."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from tenants.persistence.tables import Identified, Table
from tenants.session import TenantSession

_Instant = sa.DateTime(timezone=True)


class UserRow(Identified, Table):
    """A person of a tenant."""

    __tablename__ = "users"

    email: orm.Mapped[str]
    name: orm.Mapped[str]
    role: orm.Mapped[str]
    party_id: orm.Mapped[UUID | None]
    language: orm.Mapped[str]
    password_hash: orm.Mapped[str]
    is_active: orm.Mapped[bool] = orm.mapped_column(default=True)
    failed_sign_ins: orm.Mapped[int] = orm.mapped_column(default=0)
    locked_until: orm.Mapped[dt.datetime | None] = orm.mapped_column(_Instant)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(_Instant)


class SignInRow(Identified, Table):
    """One sign-in of a user, until it ends or expires."""

    __tablename__ = "sign_in_sessions"

    user_id: orm.Mapped[UUID]
    token_hash: orm.Mapped[str]
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(_Instant)
    expires_at: orm.Mapped[dt.datetime] = orm.mapped_column(_Instant)
    ended_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(_Instant)


class ApiKeyRow(Identified, Table):
    """A key for a program, with the role it acts in."""

    __tablename__ = "api_keys"

    name: orm.Mapped[str]
    role: orm.Mapped[str]
    party_id: orm.Mapped[UUID | None]
    user_id: orm.Mapped[UUID | None]
    prefix: orm.Mapped[str]
    secret_hash: orm.Mapped[str]
    last_four: orm.Mapped[str]
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(_Instant)
    expires_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(_Instant)
    revoked_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(_Instant)


def user(session: TenantSession, user_id: UUID) -> UserRow | None:
    """The user with this id."""
    return session.get(UserRow, (session.tenant_id, user_id))


def user_by_email(session: TenantSession, email: str, *, for_update: bool) -> UserRow | None:
    """The user with this address; locked, so that guesses at one password queue up."""
    query = sa.select(UserRow).where(UserRow.email == email)
    return session.scalar(query.with_for_update() if for_update else query)


def users(session: TenantSession) -> Sequence[UserRow]:
    """All users by address."""
    return session.scalars(sa.select(UserRow).order_by(UserRow.email)).all()


def live_sign_in(session: TenantSession, token_hash: str) -> tuple[SignInRow, UserRow] | None:
    """The sign-in with this token and its active user, unless it ended or expired."""
    row = session.execute(
        sa.select(SignInRow, UserRow)
        .join(UserRow, UserRow.id == SignInRow.user_id)
        .where(
            SignInRow.token_hash == token_hash,
            SignInRow.ended_at.is_(None),
            SignInRow.expires_at > session.now(),
            UserRow.is_active,
        )
    ).first()
    return (row[0], row[1]) if row else None


def end_sign_ins(session: TenantSession, user_id: UUID) -> None:
    """End every sign-in of a user."""
    session.execute(
        sa.update(SignInRow)
        .where(SignInRow.user_id == user_id, SignInRow.ended_at.is_(None))
        .values(ended_at=session.now())
    )


def key_by_prefix(session: TenantSession, prefix: str) -> ApiKeyRow | None:
    """The key with this prefix, unless revoked or expired."""
    return session.scalar(
        sa.select(ApiKeyRow).where(
            ApiKeyRow.prefix == prefix,
            ApiKeyRow.revoked_at.is_(None),
            sa.or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > session.now()),
        )
    )


def key(session: TenantSession, key_id: UUID) -> ApiKeyRow | None:
    """The key with this id."""
    return session.get(ApiKeyRow, (session.tenant_id, key_id))


def keys(session: TenantSession) -> Sequence[ApiKeyRow]:
    """All keys, the newest first."""
    return session.scalars(sa.select(ApiKeyRow).order_by(ApiKeyRow.id.desc())).all()


def revoke_keys(session: TenantSession, user_id: UUID) -> None:
    """Revoke every key of a user."""
    session.execute(
        sa.update(ApiKeyRow)
        .where(ApiKeyRow.user_id == user_id, ApiKeyRow.revoked_at.is_(None))
        .values(revoked_at=session.now())
    )
