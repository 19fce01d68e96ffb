"""What a session holds, nobody else of its tenant has meanwhile."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading

ONE, OTHER = (UUID(f"00000000-0000-4000-8000-00000000000{number}") for number in (1, 2))


def _held(session: TenantSession, what: str, *which: object) -> bool:
    session.execute(sa.text("SET LOCAL lock_timeout = '20ms'"))
    try:
        session.hold(what, *which)
    except OperationalError:
        session.rollback()
        return False
    return True


@pytest.mark.parametrize(
    ("tenant", "what", "which", "is_free"),
    [
        (ONE, "ledger", (), False),
        (ONE, "ledger", (1,), True),
        (ONE, "billing", (), True),
        (OTHER, "ledger", (), True),
    ],
)
def test_one_transaction_of_a_tenant_holds_a_thing(
    shared_database: Database, tenant: UUID, what: str, which: tuple[int, ...], *, is_free: bool
) -> None:
    with reading(shared_database, ONE, SYSTEM) as first:
        first.hold("ledger")

        with reading(shared_database, tenant, SYSTEM) as second:
            assert _held(second, what, *which) is is_free


def test_what_is_held_is_free_after_the_transaction(shared_database: Database) -> None:
    with reading(shared_database, ONE, SYSTEM) as first:
        first.hold("ledger")
        first.rollback()

        with reading(shared_database, ONE, SYSTEM) as second:
            assert _held(second, "ledger")
