"""A tenant is created once, sees itself, and is not seen by others."""

import pytest
import sqlalchemy as sa

from tenants.directory import service
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading, transaction
from tests.world import a_tenant


def test_a_created_tenant_reads_back_as_it_was(session: TenantSession) -> None:
    assert service.own_tenant(session) == a_tenant("alpha")


def test_the_tenant_is_read_once_in_a_transaction_and_anew_in_the_next(database: Database) -> None:
    alpha = a_tenant("alpha")
    with transaction(database, alpha.id, SYSTEM, "tenants.create") as session:
        service.create_tenant(session, alpha)

    with TenantSession(database, alpha.id, SYSTEM) as session:
        service.own_tenant(session)
        session.execute(sa.text("UPDATE tenants SET name = 'Alfa'"))
        assert service.own_tenant(session).name == alpha.name
        session.commit()
        assert service.own_tenant(session).name == "Alfa"


def test_a_code_is_taken_once(session: TenantSession) -> None:
    with pytest.raises(service.TenantExists, match="already a tenant alpha"):
        service.create_tenant(session, a_tenant("alpha"))


def test_one_tenant_does_not_see_another(database: Database) -> None:
    for code in ("alpha", "beta"):
        tenant = a_tenant(code)
        with transaction(database, tenant.id, SYSTEM, "tenants.create") as session:
            service.create_tenant(session, tenant)

    with (
        reading(database, a_tenant("gamma").id, SYSTEM) as session,
        pytest.raises(service.NoSuchTenant),
    ):
        service.own_tenant(session)
    assert service.tenant_codes(database) == ["alpha", "beta"]
