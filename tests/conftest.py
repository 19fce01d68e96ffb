"""Databases for the tests: one server for the whole run, one database for each worker.

The schema is migrated once into a template. `session` works in a transaction that is rolled back;
`database` is a copy of the template that a test may commit to; the next test finds it empty again.
"""

import datetime as dt
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

# Tables of tests are small: threads of their own cost each worker more than they do for it.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import hypothesis
import psycopg
import pytest
import sqlalchemy as sa
from xdist.remote import Producer

from settlement.migrations.upgrading import upgrade
from tenants.clock import HeldClock
from tenants.cycles import seldom_look_for_cycles
from tenants.directory import service
from tenants.people import credentials
from tenants.persistence import launcher
from tenants.persistence.database import Database, Place, administration, place_on
from tenants.persistence.programs import find_programs
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.session import TenantSession
from tenants.settings import Settings, settings_from_environment
from tests.scratch import Scratch
from tests.sharing_out import LoadStageScheduling
from tests.world import QUICK_HASHER, a_tenant

# Enough for every run; `make properties` asks for many more. How long an example takes says as much
# of the machine as of the code, so none has a deadline.
hypothesis.settings.register_profile(
    "suite", max_examples=int(os.environ.get("SALDO_PROPERTY_EXAMPLES", "50")), deadline=None
)
hypothesis.settings.load_profile("suite")

# The tests of people look at it.
PRODUCTS_HASHER = credentials.hasher
credentials.hasher = QUICK_HASHER


def no_crash_of_the_machine(file: int) -> None:
    """Stand in for os.fsync: a process that is killed leaves all that it wrote to the system."""
    os.fstat(file)


# The server of the tests does without it too: each file would wait for the disk several times.
os.fsync = no_crash_of_the_machine

# Imports, collecting and stories make objects by the million and hardly a cycle: to look for
# cycles after every 700 of them takes an eighth of the run.
seldom_look_for_cycles()


@sa.event.listens_for(sa.Engine, "connect")
def _plan_once(connection: psycopg.Connection, _record: object) -> None:
    """Plan a statement once for the many tests that come over one connection.

    There are more kinds of statements than the hundred that the driver remembers.
    """
    connection.prepared_max = 2000


NOON = dt.datetime(2026, 11, 2, 12, 0, tzinfo=dt.UTC)
TEMPLATE = "template_saldo"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadStageScheduling | None:
    """Files are shared out among workers; those on one stage stay together."""
    return LoadStageScheduling(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """Imported modules and collected tests stay to the end: the collector need not visit them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def server() -> Iterator[launcher.Server]:
    """A PostgreSQL server of this test worker's own."""
    folder = Path(tempfile.mkdtemp(prefix="saldo-tests-"))
    folder.chmod(0o755)
    started = launcher.start(
        find_programs(settings_from_environment().postgres), folder / "server", durable=False
    )
    # Vacuumed in the midst of a test, a table is noted as empty, for its rows are not committed;
    # what asks for many of them is then planned as if there were one, and goes on for minutes.
    with administration(started) as connection:
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")
    yield started
    launcher.stop(started)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: launcher.Server) -> Place:
    """The migrated database that others are copied from."""
    place = place_on(server, TEMPLATE)
    upgrade(place)
    return place


def copy_of_template(server: launcher.Server, name: str, template: str = TEMPLATE) -> Place:
    """A fresh database of this name with the present schema and the rows of its template."""
    with administration(server) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return Place(server.url(name, launcher.OWNER), server.url(name, launcher.APPLICATION))


@pytest.fixture(scope="session")
def scratch(server: launcher.Server, template: Place) -> Iterator[Scratch]:
    """The database that tests commit to, one after the other."""
    assert template
    opened = Scratch(lambda: copy_of_template(server, "scratch"))
    yield opened
    opened.close()


@pytest.fixture
def place(scratch: Scratch) -> Place:
    """A database for one test, as the migrations leave it."""
    return scratch.cleaned()


@pytest.fixture(scope="session")
def connections(scratch: Scratch) -> Iterator[sa.Engine]:
    """The application's connections to it, open from one test to the next."""
    url = scratch.place.application_url
    opened = Database(url, settings_from_environment(), HeldClock(NOON), SeededRandomness(1))
    yield opened.engine
    opened.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose files live in the test's own folder."""
    return replace(settings_from_environment(), data_folder=tmp_path / "home", secret_key="test")


@pytest.fixture
def database(place: Place, settings: Settings, connections: sa.Engine) -> Database:
    """A database for one test, with a held clock and seeded ids; it may be committed to."""
    opened = Database(place.application_url, settings, HeldClock(NOON), SeededRandomness(1))
    opened.engine = connections
    return opened


@pytest.fixture(scope="session")
def shared_database(
    server: launcher.Server, template: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One copy of the template for all sessions that roll back."""
    assert template
    place = copy_of_template(server, "shared")
    settings = replace(
        settings_from_environment(), data_folder=tmp_path_factory.mktemp("home"), secret_key="test"
    )
    opened = Database(place.application_url, settings, HeldClock(NOON), SeededRandomness(1))
    yield opened
    opened.close()


@pytest.fixture
def session(shared_database: Database) -> Iterator[TenantSession]:
    """A session of the tenant "alpha" whose work is rolled back after the test.

    It has a clock of its own: who moves it on moves it for no other test.
    """
    with TenantSession(shared_database, a_tenant("alpha").id, SYSTEM) as opened:
        opened.clock = HeldClock(NOON)
        service.create_tenant(opened, a_tenant("alpha"))
        yield opened
        opened.rollback()


@pytest.fixture
def owner(place: Place) -> Iterator[psycopg.Connection]:
    """The schema owner's connection to the test's own database, past all row security."""
    url = place.owner_url.replace("postgresql+psycopg", "postgresql", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection
