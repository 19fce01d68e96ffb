"""The database that tests commit to is emptied between them, and copied anew only if it must be."""

from collections.abc import Iterator

import psycopg
import pytest

from tenants.persistence import launcher
from tenants.persistence.database import Place
from tests.conftest import copy_of_template
from tests.scratch import Scratch

COPY = "scratch_of_scratch"


@pytest.fixture(scope="module")
def scratch(server: launcher.Server, template: Place) -> Iterator[Scratch]:
    """A copy of its own, in which no connection has made anything before these tests."""
    assert template
    opened = Scratch(lambda: copy_of_template(server, COPY))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("done", "is_copied"),
    [
        ("CREATE TEMP TABLE aside (a int) ON COMMIT DROP", False),
        ("CREATE TABLE kept (a int)", True),
        ("CREATE SCHEMA kept", True),
        ("GRANT TRUNCATE ON parties TO saldo_app", True),
    ],
)
def test_a_database_is_copied_anew_only_where_its_schema_was_changed(
    scratch: Scratch, done: str, is_copied: bool
) -> None:
    with at(scratch) as connection:
        before = oid_of(connection)
        connection.execute(done.encode())

    scratch.cleaned()

    with at(scratch) as connection:
        assert (oid_of(connection) != before) == is_copied


def test_rows_that_a_test_committed_are_gone(scratch: Scratch) -> None:
    with at(scratch) as connection:
        connection.execute("INSERT INTO tenant_directory VALUES (gen_random_uuid(), 'left')")

    scratch.cleaned()

    with at(scratch) as connection:
        assert connection.execute("SELECT code FROM tenant_directory").fetchall() == []


def at(scratch: Scratch) -> psycopg.Connection:
    """A connection of the owner; its transaction is committed where it is left."""
    return psycopg.connect(scratch.place.owner_url.replace("postgresql+psycopg", "postgresql", 1))


def oid_of(connection: psycopg.Connection) -> int:
    """The number of the database, another one for each copy."""
    found = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
    [(oid,)] = found.fetchall()
    assert isinstance(oid, int)
    return oid
