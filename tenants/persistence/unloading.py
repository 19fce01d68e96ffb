"""Read what a query finds as text, for somebody else to take apart."""

from collections.abc import Mapping

from sqlalchemy import orm

from tenants.persistence.driver import driver_connection


def text_of(session: orm.Session, query: str, asked: Mapping[str, object]) -> bytes:
    """The rows of a query as COPY writes them; it names what is asked as `%(name)s`.

    Policies of rows hold as for any other query.
    """
    session.flush()
    with (
        driver_connection(session).cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT", asked) as copy,
    ):
        return b"".join(copy)
