"""One tenant's work with the database, from its first query to its commit.

A `TenantSession` is what every service takes first: it knows whose data it sees, who acts, what
time it is and where ids come from. It cannot exist without a tenant. Work is committed at the edge
only, by `transaction`, which names the commit so that a fault can be put in before and after it.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event, orm

from tenants.clock import Clock
from tenants.failpoints import failpoint
from tenants.files import TenantFiles
from tenants.ids import Ids
from tenants.persistence.database import Database
from tenants.persistence.tables import Identified
from tenants.principal import Principal

Row = TypeVar("Row", bound=Identified)


class TenantSession(orm.Session):
    """A database session that belongs to one tenant and one principal."""

    def __init__(self, database: Database, tenant_id: UUID, principal: Principal) -> None:
        assert isinstance(tenant_id, UUID), "a session is opened for a tenant"
        super().__init__(database.engine, expire_on_commit=False, autoflush=True)
        self.database = database
        self.tenant_id = tenant_id
        self.principal = principal
        self.clock: Clock = database.clock
        self.ids: Ids = database.ids
        self.files = TenantFiles(database.settings.files_folder, tenant_id)
        self.reason = ""

    def now(self) -> dt.datetime:
        """The present instant."""
        return self.clock.now()

    def explain(self, reason: str) -> None:
        """Say why the changes that follow are made; the audit rows carry it."""
        self.reason = reason
        if self.in_transaction():
            self.execute(
                sa.text("SELECT set_config('app.reason', :reason, true)"), {"reason": reason}
            )

    def held(self, kind: type[Row], identity: UUID) -> Row | None:
        """A row of a kind, locked until the transaction ends and read anew."""
        query = sa.select(kind).where(kind.id == identity).with_for_update()
        return self.scalar(query.execution_options(populate_existing=True))

    def hold(self, what: str, *which: object) -> None:
        """Wait until no transaction of the tenant holds it, and hold it until this one ends.

        What is held is a word, such as "ledger"; where there are many of them, also which.
        """
        held = ":".join(str(each) for each in (what, self.tenant_id, *which))
        self.execute(
            sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:held, 0))"), {"held": held}
        )


@event.listens_for(TenantSession, "after_begin")
def _enter_tenant(session: TenantSession, _transaction: Any, connection: sa.Connection) -> None:
    # The third argument of set_config ends the setting with the transaction, so a pooled connection
    # never carries one tenant's setting to the next user.
    connection.execute(
        sa.text(
            "SELECT set_config('app.tenant', :tenant, true),"
            " set_config('app.principal', :principal, true),"
            " set_config('app.reason', :reason, true),"
            " set_config('app.now', :now, true)"
        ),
        {
            "tenant": str(session.tenant_id),
            "principal": session.principal.name,
            "reason": session.reason,
            "now": session.now().isoformat(),
        },
    )


@contextmanager
def transaction(
    database: Database, tenant_id: UUID, principal: Principal, name: str
) -> Iterator[TenantSession]:
    """Open a session, commit when the block ends well, roll back when it does not.

    `name` is a literal such as "billing.issue"; `<name>:before` and `<name>:after` are failpoints.
    """
    with TenantSession(database, tenant_id, principal) as session:
        yield session
        failpoint(f"{name}:before")
        session.commit()
        failpoint(f"{name}:after")


@contextmanager
def reading(database: Database, tenant_id: UUID, principal: Principal) -> Iterator[TenantSession]:
    """Open a session that is rolled back at its end: for pages and reports that change nothing."""
    with TenantSession(database, tenant_id, principal) as session:
        yield session
        session.rollback()
