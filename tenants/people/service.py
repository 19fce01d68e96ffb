"""Create people and keys, sign in and out, and say who is calling.

A wrong password, an unknown address, a locked or deactivated user and a tenant that does not exist
get one answer and cost the same work, so that nobody learns which of them it was.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from psycopg.errors import ForeignKeyViolation
from sqlalchemy.exc import IntegrityError

from i18n.errors import Conflict, Invalid, NotFound
from i18n.locale import known_locale
from tenants.digest import sha256_hex
from tenants.ids import tenant_id_of
from tenants.people import store
from tenants.people.credentials import (
    KeyText,
    cookie_parts,
    hash_password,
    is_password,
    is_secret,
    key_text,
)
from tenants.people.person import User, require_email, require_password, require_role_fits
from tenants.persistence.database import Database
from tenants.principal import Principal, Role
from tenants.session import TenantSession, reading

FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = dt.timedelta(minutes=15)
SIGNED_IN_FOR = dt.timedelta(hours=12)

DOORKEEPER = Principal("sign-in", Role.SYSTEM)
"""Who acts while it is not yet known who is calling."""


class EmailTaken(Conflict):
    """There is already a user {email}. Change that user, or take another address."""


class NoSuchUser(NotFound):
    """There is no user {user}. Check the identifier."""


class NoSuchApiKey(NotFound):
    """There is no API key {key}. Check the identifier."""


class ApproverIsAPerson(Invalid):
    """A key that approves payouts must belong to a person. Name the user."""


class PartyDoesNotFit(Invalid):
    """There is no {kind} {party} for a user of the role {role}. Choose a {kind}."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, in which tenant, and the language they read."""

    tenant_id: UUID
    tenant_code: str
    principal: Principal
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh sign-in: the cookie to set, and how long it holds."""

    cookie: str
    user: User
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's key as it may be shown."""

    id: UUID
    name: str
    role: Role
    party_id: UUID | None
    user_id: UUID | None
    last_four: str
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None


def create_user(
    session: TenantSession,
    *,
    email: str,
    name: str,
    role: Role,
    password: str,
    language: str = "en",
    party_id: UUID | None = None,
) -> User:
    """Create a person; a portal role names the one party the person belongs to."""
    email = require_email(email)
    require_password(password)
    require_role_fits(role, party_id)
    if store.user_by_email(session, email, for_update=False) is not None:
        raise EmailTaken(email=email)
    row = store.UserRow(
        tenant_id=session.tenant_id,
        id=session.ids.new(),
        email=email,
        name=name,
        role=role.value,
        party_id=party_id,
        language=known_locale(language),
        password_hash=_hashed(session, password),
        created_at=session.now(),
    )
    session.add(row)
    _flush(session, role, party_id)
    return _user(row)


def users(session: TenantSession) -> list[User]:
    """All people of the tenant by address."""
    return [_user(row) for row in store.users(session)]


def change_role(
    session: TenantSession, user_id: UUID, role: Role, party_id: UUID | None = None
) -> User:
    """Give a person another role from the next request on; keys issued for the old one end."""
    require_role_fits(role, party_id)
    row = _row(session, user_id)
    row.role, row.party_id = role.value, party_id
    store.revoke_keys(session, user_id)
    _flush(session, role, party_id)
    return _user(row)


def change_password(session: TenantSession, user_id: UUID, password: str) -> None:
    """Set a new password and end all sign-ins made with the old one."""
    require_password(password)
    row = _row(session, user_id)
    row.password_hash = _hashed(session, password)
    row.failed_sign_ins, row.locked_until = 0, None
    store.end_sign_ins(session, user_id)


def choose_language(session: TenantSession, user_id: UUID, language: str) -> None:
    """Speak this language to the person from now on."""
    _row(session, user_id).language = known_locale(language)


def deactivate(session: TenantSession, user_id: UUID) -> None:
    """Let a person in no longer: sign-ins and keys end with the next request."""
    _row(session, user_id).is_active = False
    store.end_sign_ins(session, user_id)
    store.revoke_keys(session, user_id)


def sign_in(session: TenantSession, tenant_code: str, email: str, password: str) -> SignedIn | None:
    """A new sign-in, or None for whatever reason. Commit either way: failures are counted."""
    assert session.tenant_id == tenant_id_of(tenant_code), "a sign-in is to the session's tenant"
    row = store.user_by_email(session, email.lower(), for_update=True)
    may_enter = row is not None and row.is_active and not _is_locked(row, session.now())
    is_right = is_password(password, row.password_hash if row and may_enter else None)
    if row is None or not may_enter:
        return None
    if not is_right:
        _count_failure(row, session.now())
        return None
    row.failed_sign_ins, row.locked_until = 0, None
    token = session.database.randomness.token()
    expires_at = session.now() + SIGNED_IN_FOR
    session.add(
        store.SignInRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            user_id=row.id,
            token_hash=sha256_hex(token.encode()),
            created_at=session.now(),
            expires_at=expires_at,
        )
    )
    return SignedIn(f"{tenant_code}.{token}", _user(row), expires_at)


def sign_out(session: TenantSession, cookie: str) -> None:
    """End the sign-in of this cookie; ended already is fine."""
    parts = cookie_parts(cookie)
    found = store.live_sign_in(session, sha256_hex(parts[1].encode())) if parts else None
    if found is not None:
        found[0].ended_at = session.now()


def principal_of_cookie(database: Database, cookie: str) -> Caller | None:
    """Who holds this cookie, with the role of this moment."""
    parts = cookie_parts(cookie)
    if parts is None:
        return None
    code, token = parts
    with reading(database, tenant_id_of(code), DOORKEEPER) as session:
        found = store.live_sign_in(session, sha256_hex(token.encode()))
        return _caller_of_user(session, code, found[1]) if found else None


def issue_api_key(
    session: TenantSession,
    tenant_code: str,
    *,
    name: str,
    role: Role,
    user_id: UUID | None = None,
    party_id: UUID | None = None,
    expires_at: dt.datetime | None = None,
) -> str:
    """A new key; its text is returned this once and kept nowhere.

    A key for a person takes that person's role and party, whatever else is asked for.
    """
    if user_id is not None:
        owner = _row(session, user_id)
        role, party_id = Role(owner.role), owner.party_id
    elif role is Role.FINANCE_APPROVER:
        raise ApproverIsAPerson
    require_role_fits(role, party_id)
    randomness = session.database.randomness
    text = KeyText(tenant_code, f"{randomness.bits(48):012x}", randomness.token())
    session.add(
        store.ApiKeyRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            name=name,
            role=role.value,
            party_id=party_id,
            user_id=user_id,
            prefix=text.prefix,
            secret_hash=sha256_hex(text.secret.encode()),
            last_four=text.secret[-4:],
            created_at=session.now(),
            expires_at=expires_at,
        )
    )
    _flush(session, role, party_id)
    return str(text)


def api_keys(session: TenantSession) -> list[ApiKey]:
    """All keys of the tenant, the newest first."""
    return [
        ApiKey(
            id=row.id,
            name=row.name,
            role=Role(row.role),
            party_id=row.party_id,
            user_id=row.user_id,
            last_four=row.last_four,
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )
        for row in store.keys(session)
    ]


def revoke_api_key(session: TenantSession, key_id: UUID) -> None:
    """End a key; ended already is fine."""
    row = store.key(session, key_id)
    if row is None:
        raise NoSuchApiKey(key=key_id)
    row.revoked_at = row.revoked_at or session.now()


def principal_of_key(database: Database, text: str) -> Caller | None:
    """Who holds this API key; a key of a deactivated person is nobody's."""
    key = key_text(text)
    if key is None:
        return None
    with reading(database, tenant_id_of(key.tenant_code), DOORKEEPER) as session:
        row = store.key_by_prefix(session, key.prefix)
        if row is None or not is_secret(key.secret, row.secret_hash):
            return None
        owner = store.user(session, row.user_id) if row.user_id else None
        if owner is not None and not owner.is_active:
            return None
        holder = f"{owner.email} by key {row.name}" if owner else f"key {row.name}"
        principal = Principal(holder, Role(row.role), row.user_id, row.party_id)
        language = owner.language if owner else "en"
        return Caller(session.tenant_id, key.tenant_code, principal, row.name, language)


def _flush(session: TenantSession, role: Role, party_id: UUID | None) -> None:
    """Write, and say in words what the database refuses: a party that is not there or does not fit.

    Parties live above this package, so the foreign key is the one who knows them.
    """
    try:
        session.flush()
    except IntegrityError as refused:
        if not isinstance(refused.orig, ForeignKeyViolation):
            raise
        kind = role.value.removesuffix("_user")
        raise PartyDoesNotFit(kind=kind, party=party_id, role=role.value) from None


def _caller_of_user(session: TenantSession, code: str, row: store.UserRow) -> Caller:
    principal = Principal(row.email, Role(row.role), row.id, row.party_id)
    return Caller(session.tenant_id, code, principal, row.name, row.language)


def _count_failure(row: store.UserRow, now: dt.datetime) -> None:
    row.failed_sign_ins += 1
    if row.failed_sign_ins >= FAILURES_BEFORE_LOCK:
        row.locked_until = now + LOCKED_FOR


def _is_locked(row: store.UserRow, now: dt.datetime) -> bool:
    return row.locked_until is not None and now < row.locked_until


def _hashed(session: TenantSession, password: str) -> str:
    return hash_password(password, session.database.randomness.bits(128).to_bytes(16, "big"))


def _row(session: TenantSession, user_id: UUID) -> store.UserRow:
    row = store.user(session, user_id)
    if row is None:
        raise NoSuchUser(user=user_id)
    return row


def _user(row: store.UserRow) -> User:
    return User(
        row.id, row.email, row.name, Role(row.role), row.party_id, row.language, row.is_active
    )
