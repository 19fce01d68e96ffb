"""A person who uses the platform, and what must be true of one."""

import re
from dataclasses import dataclass
from uuid import UUID

from i18n.errors import Invalid
from tenants.principal import Role

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256

PORTAL_ROLES = frozenset({Role.PARTNER_USER, Role.CARRIER_USER, Role.CUSTOMER_USER})
"""Roles of people outside the tenant: each is bound to one party and sees that party's own."""


class BadEmail(Invalid):
    """The address {email} is not an e-mail address. Write it like name@example.org."""


class PasswordTooWeak(Invalid):
    """The password must have {shortest} to {longest} characters. Choose a longer one, for example
    four words.
    """


class PartyMissing(Invalid):
    """The role {role} is for people of one party. Name the party."""


class PartyNotWanted(Invalid):
    """The role {role} is for the tenant's own people. Leave the party out."""


class RoleNotForPeople(Invalid):
    """The role {role} cannot be given. Choose another role."""


@dataclass(frozen=True, slots=True)
class User:
    """A person with a role; a portal user is bound to one party."""

    id: UUID
    email: str
    name: str
    role: Role
    party_id: UUID | None
    language: str
    is_active: bool = True


def require_role_fits(role: Role, party_id: UUID | None) -> None:
    """Refuse a role nobody may be given, and a party that is missing or has no place."""
    if role is Role.SYSTEM:
        raise RoleNotForPeople(role=role.value)
    if role in PORTAL_ROLES and party_id is None:
        raise PartyMissing(role=role.value)
    if role not in PORTAL_ROLES and party_id is not None:
        raise PartyNotWanted(role=role.value)


def require_email(email: str) -> str:
    """The address in lower case, or a refusal."""
    if not _EMAIL.fullmatch(email):
        raise BadEmail(email=email)
    return email.lower()


def require_password(password: str) -> None:
    """Refuse a password too short to resist guessing, or too long to be one."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise PasswordTooWeak(shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)
