"""Load many rows as one set.

PostgreSQL refuses COPY into a table with row security, so rows are copied into a temporary table of
the transaction and inserted from there, where the policies hold as for any other insert. To make
and drop that table takes a while, and long values are written twice; so a few rows are inserted as
they are, and up to some thousand are sent as an array of texts for each column.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import polars as pl
import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy import orm

from tenants.persistence.arrays import text_array
from tenants.persistence.copy_text import (
    column_texts,
    copy_text,
    frame_text,
    plain_texts,
)
from tenants.persistence.driver import driver_connection

AT_A_TIME = 10_000
MANY = 100
FEW = 20
SOME = 2_000


def load_rows(
    session: orm.Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Insert `rows`, each with a value for every column, as one statement."""
    coming = iter(rows)
    first = list(islice(coming, SOME + 1))
    if _insert_few(session, table, columns, first) or _insert_some(session, table, columns, first):
        return

    def write(copy: psycopg.Copy) -> int:
        loaded = 0
        for some in _by(AT_A_TIME, chain(first, coming)):
            _write(copy, some)
            loaded += len(some)
        return loaded

    _load(session, table, columns, write)


def load_frame(session: orm.Session, table: str, frame: pl.DataFrame) -> None:
    """Insert the rows of a frame with the columns of a table, as one statement.

    Texts are texts, ids too; numbers, decimals and dates are what they are, and lists are of ids.
    """
    if _insert_few(session, table, frame.columns, frame.head(FEW + 1).rows()):
        return
    # Something is copied, also where no row differs from another.
    same = [each.name for each in frame if _is_same(each)][: frame.width - 1]
    differing = frame.drop(same)

    def write(copy: psycopg.Copy) -> int:
        for some in differing.iter_slices(AT_A_TIME):
            copy.write(frame_text(some))
        return frame.height

    said = plain_texts(frame.head(1).select(same).rows())
    assert said is not None, "columns have no values that only the driver can write"
    _load(session, table, differing.columns, write, dict(zip(same, said, strict=True)))


def _is_same(column: pl.Series) -> bool:
    """Whether all rows have one value; of lists only whether they have none."""
    if column.null_count():
        return column.null_count() == column.len()
    return not column.dtype.is_nested() and (column == column[0]).all()


def _load(
    session: orm.Session,
    table: str,
    columns: Sequence[str],
    write: Callable[[psycopg.Copy], int],
    same: Mapping[str, str | None] = MappingProxyType({}),
) -> None:
    """Copy what `write` writes into a table of the transaction, and insert it from there.

    What is the `same` in all rows is said once, when they are inserted: half the columns of a
    month's lines are.
    """
    session.flush()
    connection = driver_connection(session)
    target = sql.Identifier(table)
    staging = sql.Identifier(f"staged_{table}")
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(
                staging, names, target
            )
        )
        _leave_unpacked(cursor, staging)
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(staging, names)) as copy:
            loaded = write(copy)
        plan_anew(session, loaded)
        every = sql.SQL(", ").join(map(sql.Identifier, [*columns, *same]))
        values = sql.SQL(", ").join([names, *map(sql.Literal, same.values())])
        cursor.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM pg_temp.{}").format(
                target, every, values, staging
            )
        )
        cursor.execute(sql.SQL("DROP TABLE pg_temp.{}").format(staging))


def _leave_unpacked(cursor: psycopg.Cursor[Any], staging: sql.Identifier) -> None:
    """Keep long JSON as it comes: it would be packed here only to be unpacked at once."""
    columns = cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND atttypid = 'jsonb'::regtype",
        (f"pg_temp.{staging.as_string(cursor)}",),
    )
    for (name,) in columns.fetchall():
        cursor.execute(
            sql.SQL("ALTER TABLE pg_temp.{} ALTER COLUMN {} SET STORAGE EXTERNAL").format(
                staging, sql.Identifier(name)
            )
        )


def _insert_few(
    session: orm.Session, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> bool:
    """Insert rows by one statement; False where they are many, or only the driver can write one."""
    texts = plain_texts(rows) if len(rows) <= FEW else None
    if texts is None:
        return False
    session.flush()
    if rows:
        driver_connection(session).execute(_insert(table, tuple(columns), len(rows)), texts)
    return True


def _insert_some(
    session: orm.Session, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> bool:
    """Insert rows from arrays; False where they are many, or only the driver can write one."""
    if len(rows) > SOME:
        return False
    texts = [column_texts(values) for values in zip(*rows, strict=True)]
    if None in texts:
        return False
    session.flush()
    connection = driver_connection(session)
    plan_anew(session, len(rows))
    types = _types_of(connection, table)
    statement = _insert_arrays(table, tuple((name, types[name]) for name in columns))
    connection.execute(statement, [text_array(each) for each in texts if each is not None])
    return True


# What is known of tables, by connection.
_types: WeakKeyDictionary[psycopg.Connection[Any], dict[str, dict[str, str]]] = WeakKeyDictionary()


def _types_of(connection: psycopg.Connection[Any], table: str) -> dict[str, str]:
    """The types of the columns of a table, asked for once in the life of a connection."""
    known = _types.setdefault(connection, {})
    if table not in known:
        # Without a length, or char(3) would be read as char, which is one letter of three.
        found = connection.execute(
            "SELECT attname, format_type(atttypid, -1) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            (table,),
        )
        known[table] = dict(found.fetchall())
    return known[table]


@lru_cache(maxsize=1000)
def _insert_arrays(table: str, columns: tuple[tuple[str, str], ...]) -> bytes:
    """The statement that inserts rows from an array of texts for each column."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
    values = sql.SQL(", ").join(
        sql.SQL("given.{}::{}").format(sql.Identifier(name), sql.SQL(kind))
        for name, kind in columns
    )
    arrays = sql.SQL(", ").join([sql.SQL("%b::text[]")] * len(columns))
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS given ({})").format(
        sql.Identifier(table), names, values, arrays, names
    )
    return statement.as_bytes()


@lru_cache(maxsize=1000)
def _insert(table: str, columns: tuple[str, ...], count: int) -> bytes:
    """The statement that inserts so many rows, whose values are read as COPY reads them."""
    row = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(columns)))
    statement = sql.SQL("INSERT INTO {} ({}) VALUES {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join([row] * count),
    )
    return statement.as_bytes()


def plan_anew(session: orm.Session, rows: int) -> None:
    """Have plans made anew before a statement that writes so many rows, if they are many.

    The checks of foreign keys keep their plans for the life of a connection. One made while the
    table had a few rows reads all of a tenant's rows for each that is checked.
    """
    if rows >= MANY:
        session.execute(sa.text("DISCARD PLANS"))


def _by(count: int, rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    remaining = iter(rows)
    while some := list(islice(remaining, count)):
        yield some


def _write(copy: psycopg.Copy, rows: list[Sequence[object]]) -> None:
    text = copy_text(rows)
    if text is not None:
        copy.write(text)
        return
    for row in rows:
        copy.write_row(row)
