"""The database of one installation: its engine, and the clock and ids that go with it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import sqlalchemy as sa

from tenants.clock import Clock, SystemClock
from tenants.ids import Ids, TimeOrderedIds
from tenants.persistence import launcher
from tenants.persistence.arrays import register_arrays
from tenants.persistence.programs import find_programs
from tenants.randomness import Randomness, SystemRandomness
from tenants.settings import Settings

APPLICATION_NAME = "saldo"


@dataclass(slots=True)
class Database:
    """Connections of the application role, and what time, ids and chance are in this process."""

    url: str
    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    randomness: Randomness = field(default_factory=SystemRandomness)
    ids: Ids = field(init=False)
    engine: sa.Engine = field(init=False)

    def __post_init__(self) -> None:
        self.ids = TimeOrderedIds(self.clock, self.randomness)
        register_arrays()
        self.engine = sa.create_engine(
            self.url,
            # What is opened stays open: a connection that comes and goes with a request costs more
            # than the request does.
            pool_size=20,
            max_overflow=0,
            pool_pre_ping=True,
            # Procrastinate's functions live in the schema "queue".
            connect_args={
                "application_name": APPLICATION_NAME,
                "options": "-c search_path=public,queue -c TimeZone=UTC "
                "-c idle_in_transaction_session_timeout=600000 -c lock_timeout=30000",
            },
        )

    @property
    def driver_url(self) -> str:
        """The connection string for psycopg itself."""
        return self.url.replace("postgresql+psycopg://", "postgresql://", 1)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a database is: the owner's connection migrates, the application's does the work."""

    owner_url: str
    application_url: str
    application_role: str = launcher.APPLICATION


def find_place(settings: Settings, name: str = "saldo") -> Place:
    """The database that the settings name, else one on a server of our own, started if need be."""
    if settings.database_url is not None:
        application = sa.make_url(settings.database_url).set(drivername="postgresql+psycopg")
        owner = sa.make_url(settings.owner_url or settings.database_url)
        return Place(
            owner.set(drivername="postgresql+psycopg").render_as_string(hide_password=False),
            application.render_as_string(hide_password=False),
            application.username or launcher.APPLICATION,
        )
    programs = find_programs(settings.postgres)
    server = launcher.start(programs, settings.data_folder / f"postgres-{programs.major}")
    return place_on(server, name)


def place_on(server: launcher.Server, name: str) -> Place:
    """A database of this name on our own server, made with the application's role if missing."""
    with administration(server) as connection:
        make_application_role(connection, server)
        exists = connection.execute(
            "SELECT FROM pg_database WHERE datname = %s", (name,)
        ).fetchone()
        if exists is None:
            connection.execute(
                psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name))
            )
    return Place(server.url(name, launcher.OWNER), server.url(name, launcher.APPLICATION))


@contextlib.contextmanager
def administration(server: launcher.Server) -> Iterator[psycopg.Connection]:
    """The owner's connection to the server itself, outside any transaction."""
    url = server.url("postgres", launcher.OWNER).replace("postgresql+psycopg", "postgresql", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def make_application_role(connection: psycopg.Connection, server: launcher.Server) -> None:
    """The role that does the work: it logs in, owns nothing and bypasses nothing."""
    exists = connection.execute(
        "SELECT FROM pg_roles WHERE rolname = %s", (launcher.APPLICATION,)
    ).fetchone()
    if exists is None:
        connection.execute(
            psycopg.sql.SQL(
                "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}"
            ).format(
                psycopg.sql.Identifier(launcher.APPLICATION), psycopg.sql.Literal(server.password)
            )
        )
