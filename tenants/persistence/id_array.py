"""Many ids as one value for the database, in its own form: neither side writes or reads texts."""

from collections.abc import Collection, Sequence
from uuid import UUID

import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format
from sqlalchemy import orm

from tenants.persistence.driver import driver_connection

UUIDS = psycopg.postgres.types["uuid"]
# Before each id stands how many bytes it has.
LENGTH = (16).to_bytes(4)


class IdArray(bytes):
    """An array of ids as the server sends and receives it."""


class IdArrayDumper(Dumper):
    """Sends an array of ids as it is."""

    format = Format.BINARY
    oid = UUIDS.array_oid

    def dump(self, obj: IdArray) -> Buffer:
        """The bytes."""
        return obj


def id_array(session: orm.Session, ids: Collection[UUID]) -> IdArray:
    """Ids, some of them maybe several times, as a parameter of a statement of the session."""
    return _array(session, [one.int.to_bytes(16) for one in ids])


def texts_array(session: orm.Session, ids: Collection[str]) -> IdArray:
    """The same of ids that are written as the database writes them."""
    together = bytes.fromhex("".join(ids).replace("-", ""))
    return _array(session, [together[place : place + 16] for place in range(0, len(together), 16)])


def _array(session: orm.Session, ids: Sequence[bytes]) -> IdArray:
    driver_connection(session).adapters.register_dumper(IdArray, IdArrayDumper)
    # Dimensions, whether there are nulls, of which type; for the one dimension its size and start.
    head = [1, 0, UUIDS.oid, len(ids), 1] if ids else [0, 0, UUIDS.oid]
    return IdArray(LENGTH.join([b"".join(part.to_bytes(4) for part in head), *ids]))
