"""People for tests: one user of a role, signed in when asked."""

from uuid import UUID

from tenants.people import service
from tenants.people.person import User
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import TenantSession, transaction
from tests.world import a_tenant

PASSWORD = "correct horse battery"


def a_user(
    session: TenantSession, role: Role = Role.OPERATOR, party_id: UUID | None = None, **other: str
) -> User:
    """A user whose address begins with the role."""
    email = other.pop("email", f"{role.value}@{session.tenant_id.hex[:8]}.example")
    return service.create_user(
        session, email=email, name=role.value, role=role, party_id=party_id, password=PASSWORD
    )


def a_key(
    database: Database, role: Role = Role.OPERATOR, code: str = "alpha", **other: UUID | None
) -> str:
    """An API key of a tenant, committed."""
    with transaction(database, a_tenant(code).id, SYSTEM, "tests.key") as session:
        return service.issue_api_key(session, code, name=role.value, role=role, **other)
