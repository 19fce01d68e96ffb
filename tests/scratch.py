"""A database that test after test commits to: what one leaves in it is gone before the next.

Copying the migrated template takes a quarter of a second, and each new connection to the copy has
its catalogue to learn. So rows are taken out and connections stay open. A test that changed the
schema, or a row that the migrations put there, has the database copied anew.
"""

from collections.abc import Callable
from typing import Any

import psycopg

from tenants.persistence.database import Place

# Where a statement of the data definition language leaves its mark.
_CATALOGUES = (
    "pg_attribute", "pg_constraint", "pg_index", "pg_policy", "pg_proc", "pg_trigger", "pg_type",
)  # fmt: skip
# The first temporary table of a connection makes a namespace that stays; the table does not.
_NAMESPACES = (
    "SELECT 'pg_namespace', count(*), max(xmin::text::int8) FROM pg_namespace"
    " WHERE nspname !~ '^pg_(toast_)?temp_'"
)
_TABLES = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
_SEQUENCES = "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences"
_OURS = " WHERE schemaname IN ('public', 'queue') ORDER BY 1"
_RIGHTS = "SELECT 'rights', count(*), sum(hashtext(relname || relacl::text)) FROM pg_class"
_END_WHAT_OTHERS_HOLD = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


class Scratch:
    """A copy of the template that is cleaned between tests; `copy` makes it, or makes it anew."""

    def __init__(self, copy: Callable[[], Place]) -> None:
        self._copy = copy
        self._open()

    def cleaned(self) -> Place:
        """The database with the present schema and no rows but those of the migrations."""
        # A process that was killed in the middle of a transaction still holds what it locked.
        self._ask(_END_WHAT_OTHERS_HOLD)
        if self._marks() == self._migrated:
            self._empty()
        else:
            self.close()
            self._open()
        return self.place

    def close(self) -> None:
        """Give the owner's connection back."""
        self._owner.close()

    def _open(self) -> None:
        self.place = self._copy()
        url = self.place.owner_url.replace("postgresql+psycopg", "postgresql", 1)
        self._owner = psycopg.connect(url, autocommit=True)
        # No trigger fires and no reference is checked while rows are taken out.
        self._ask("SET session_replication_role = replica")
        tables = [name for (name,) in self._ask(_TABLES + _OURS)]
        self._sequences = [name for (name,) in self._ask(_SEQUENCES + _OURS)]
        self._kept = self._filled(tables)
        self._emptied = [table for table in tables if table not in self._kept]
        self._migrated = self._marks()

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows that a query of this module finds; it is planned once."""
        cursor = self._owner.execute(query.encode(), prepare=True)
        return cursor.fetchall() if cursor.description else []

    def _filled(self, tables: list[str]) -> list[str]:
        """Those of the tables that have a row."""
        asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
        return [table for (table,) in self._ask(" UNION ALL ".join(asked))]

    def _empty(self) -> None:
        filled = self._filled(self._emptied)
        for table in filled:
            self._ask(f"DELETE FROM {table}")
        if filled:
            # New rows shall lie in the order in which they come.
            self._owner.execute(f"VACUUM (INDEX_CLEANUP ON) {', '.join(filled)}".encode())
        for sequence in self._sequences:
            self._ask(f"SELECT setval('{sequence}', 1, false)")

    def _marks(self) -> list[tuple[Any, ...]]:
        """What differs when the schema, a right or a row of the migrations was changed."""
        schema = [
            f"SELECT '{each}', count(*), max(xmin::text::int8) FROM {each}" for each in _CATALOGUES
        ]
        rows = [
            f"SELECT '{table}', count(*), sum(hashtext(t::text)) FROM {table} t"
            for table in self._kept
        ]
        return self._ask(" UNION ALL ".join([*schema, _NAMESPACES, _RIGHTS, *rows]))
