"""Create a tenant; look at one's own."""

from dataclasses import asdict

from i18n.errors import Conflict, NotFound
from tenants.directory import store
from tenants.directory.tenant import Address, Tenant
from tenants.persistence.database import Database
from tenants.session import TenantSession


class TenantExists(Conflict):
    """There is already a tenant {code}. Choose another code."""


class NoSuchTenant(NotFound):
    """There is no tenant {code}. Check the code, or create it with `saldo tenant create`."""


def create_tenant(session: TenantSession, tenant: Tenant) -> Tenant:
    """Create the session's tenant, list it in the directory, and return it."""
    assert session.tenant_id == tenant.id, "a tenant is created in its own session"
    if store.is_listed(session, tenant.code):
        raise TenantExists(code=tenant.code)
    facts = asdict(tenant) | {"languages": list(tenant.languages)}
    session.add(store.DirectoryRow(id=tenant.id, code=tenant.code))
    session.add(store.TenantRow(tenant_id=tenant.id, created_at=session.now(), **facts))
    session.flush()
    return tenant


def own_tenant(session: TenantSession) -> Tenant:
    """The tenant of this session."""
    row = store.own_row(session)
    if row is None:
        raise NoSuchTenant(code=str(session.tenant_id))
    return Tenant(
        id=row.id,
        code=row.code,
        name=row.name,
        legal_name=row.legal_name,
        country=row.country,
        tax_id=row.tax_id,
        address=Address(**row.address),
        base_currency=row.base_currency,
        time_zone=row.time_zone,
        languages=tuple(row.languages),
        policies=row.policies,
    )


def tenant_codes(database: Database) -> list[str]:
    """The codes of all tenants on this installation, in order."""
    with database.engine.connect() as connection:
        return store.codes(connection)
