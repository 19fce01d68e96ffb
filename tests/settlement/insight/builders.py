"""Rows planted past every guard of the database, as a superuser with bad intentions would."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID, uuid5

import psycopg
from psycopg import sql

from settlement.insight.service import verify
from settlement.insight.verification import Finding
from tenants.session import TenantSession
from tests.world import a_tenant

TENANT = a_tenant("alpha").id

# What a column that must be filled holds, unless the test says otherwise.
FILLED: dict[str, Callable[[str], object]] = {
    "uuid": lambda name: an_id(name),
    "text": lambda name: name,
    "character": lambda name: "0" * 64,
    "numeric": lambda name: 0,
    "bigint": lambda name: 0,
    "integer": lambda name: 1,
    "smallint": lambda name: 1,
    "date": lambda name: "2026-10-01",
    "timestamp with time zone": lambda name: "2026-11-02T12:00:00Z",
    "jsonb": lambda name: "{}",
    "boolean": lambda name: True,
}


def an_id(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(TENANT, name)


class Intruder:
    """A superuser with triggers and foreign keys switched off, inside the session's transaction."""

    def __init__(self, session: TenantSession) -> None:
        self._session = session
        connection = session.connection().connection.driver_connection
        self._connection = cast("psycopg.Connection[Any]", connection)
        self.run("SET LOCAL ROLE NONE")
        self.run("SET LOCAL session_replication_role = replica")

    def findings(self) -> list[Finding]:
        """What the application finds in what is left behind."""
        self.run("SET LOCAL ROLE saldo_app")
        return verify(self._session)

    def run(self, statement: str) -> None:
        """Run any statement."""
        self._connection.execute(statement.encode())

    def forget(self, table: str, constraint: str) -> None:
        """Drop a constraint that would stand in the way."""
        self.run(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}" CASCADE')

    def plant(self, table: str, **values: Any) -> None:
        """Insert a row of tenant alpha; columns that are not named are filled with something."""
        row = self._filled(table) | values
        names = sql.SQL(", ").join(map(sql.Identifier, row))
        places = sql.SQL(", ").join([sql.Placeholder()] * len(row))
        self._connection.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, places),
            list(row.values()),
        )

    def _filled(self, table: str) -> dict[str, Any]:
        columns = self._connection.execute(
            "SELECT column_name, data_type, character_maximum_length "
            "FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
            "AND is_nullable = 'NO' AND column_default IS NULL",
            (table,),
        ).fetchall()
        filled = {name: FILLED[kind](f"{table}.{name}") for name, kind, _ in columns}
        for name, _, length in columns:
            if length:
                filled[name] = {3: "EUR", 2: "PL"}.get(length, "0" * length)
        return filled | {"tenant_id": TENANT}
