"""A database as an operator has it: its owner is no superuser, and upgrades it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tenants.persistence import launcher
from tenants.persistence.database import Place, administration, place_on


def owned_by_nobody_special(server: launcher.Server, name: str) -> tuple[Place, Place]:
    """A new database as its owner, who is no superuser, has it, and as a superuser has it."""
    owner = f"keeper_of_{name}"
    place = place_on(server, name)
    with administration(server) as connection:
        said = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}")
        connection.execute(said.format(sql.Identifier(owner), sql.Literal(server.password)))
        connection.execute(f"ALTER DATABASE {name} OWNER TO {owner}")
    with superuser(place) as connection:
        connection.execute(f"ALTER SCHEMA public OWNER TO {owner}")
    return Place(server.url(name, owner), place.application_url), place


@contextmanager
def superuser(place: Place) -> Iterator[psycopg.Connection]:
    """A connection for which neither foreign keys nor triggers hold."""
    url = place.owner_url.replace("postgresql+psycopg", "postgresql", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
