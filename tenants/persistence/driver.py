"""The driver's connection below a session, for what SQLAlchemy has no words for: COPY, arrays."""

from typing import Any, cast

import psycopg
from sqlalchemy import orm


def driver_connection(session: orm.Session) -> psycopg.Connection[Any]:
    """The connection that the session's transaction is on."""
    return cast(psycopg.Connection[Any], session.connection().connection.driver_connection)
