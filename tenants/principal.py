"""Who is acting, in which tenant, and what the role lets them do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from i18n.errors import Forbidden


class NotAllowed(Forbidden):
    """The role {role} may not {right}. Ask an administrator of your tenant for a role that may."""


class Role(StrEnum):
    """What a person, a key or a job may do in its tenant."""

    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    FINANCE_MAKER = "finance_maker"
    FINANCE_APPROVER = "finance_approver"
    READ_ONLY = "read_only"
    PARTNER_USER = "partner_user"
    CARRIER_USER = "carrier_user"
    CUSTOMER_USER = "customer_user"
    SYSTEM = "system"


# Whole numbers of customers; who may not sees the last digits (rule R123).
NUMBERS_READ: Final = "numbers:read"
_READ = {
    "usage:read",
    "suspense:read",
    "catalogue:read",
    "agreements:read",
    "parties:read",
    "periods:read",
    "documents:read",
    "interconnect:read",
    "payouts:read",
    "ledger:read",
    "runs:read",
    "rates:read",
    "disputes:read",
    "resources:read",
}
_OPERATE = {
    "usage:write",
    "suspense:write",
    "catalogue:write",
    "agreements:write",
    "parties:write",
    "periods:write",
    "rating:run",
    "documents:issue",
    "interconnect:write",
    "disputes:write",
    "resources:write",
    "rates:write",
    "corrections:approve",
    NUMBERS_READ,
}

RIGHTS: dict[Role, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(
        _READ | _OPERATE | {"people:write", "people:read", "audit:read", "branding:write"}
    ),
    Role.OPERATOR: frozenset(_READ | _OPERATE),
    Role.FINANCE_MAKER: frozenset(_READ | {"payouts:propose", "schedules:write"}),
    Role.FINANCE_APPROVER: frozenset(_READ | {"payouts:approve", "corrections:approve"}),
    Role.READ_ONLY: frozenset(_READ),
    Role.PARTNER_USER: frozenset(
        {"own-statements:read", "own-disputes:write", "own-offsets:agree"}
    ),
    Role.CARRIER_USER: frozenset({"own-exchange:read", "own-exchange:write", "own-offsets:agree"}),
    Role.CUSTOMER_USER: frozenset({"own-invoices:read", "own-invoices:choose"}),
    Role.SYSTEM: frozenset(_READ | _OPERATE | {"payouts:propose", "people:write", "people:read"}),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts: a user, a key or a job; `party_id` binds a portal user to one party."""

    name: str
    role: Role
    user_id: UUID | None = None
    party_id: UUID | None = None

    def may(self, right: str) -> bool:
        """Whether the role carries this right."""
        return right in RIGHTS[self.role]

    def require(self, right: str) -> None:
        """Refuse when the role does not carry this right."""
        if not self.may(right):
            raise NotAllowed(role=self.role.value, right=right)


SYSTEM = Principal("system", Role.SYSTEM)
