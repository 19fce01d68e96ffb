"""Many values as one for the database, in its own form: neither side looks at each of them twice.

An array begins with its dimensions, whether there are nulls, and its type; for the one dimension
follow its size and where it starts. Before each value stands how many bytes it has, -1 for none.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

UUIDS = psycopg.postgres.types["uuid"]
TEXTS = psycopg.postgres.types["text"]
ID_BYTES = (16).to_bytes(4)
NOTHING = (-1).to_bytes(4, signed=True)


class IdArray(bytes):
    """An array of ids as the server sends and receives it."""


class TextArray(bytes):
    """An array of texts as the server sends and receives it."""


class _AsItIs(Dumper):
    """Sends an array as it is."""

    format = Format.BINARY

    def dump(self, obj: Buffer) -> Buffer:
        """The bytes."""
        return obj


class _IdArrayDumper(_AsItIs):
    oid = UUIDS.array_oid


class _TextArrayDumper(_AsItIs):
    oid = TEXTS.array_oid


def register_arrays() -> None:
    """Have the driver send arrays as they are; an engine knows what was registered before it."""
    psycopg.adapters.register_dumper(IdArray, _IdArrayDumper)
    psycopg.adapters.register_dumper(TextArray, _TextArrayDumper)


def id_array(ids: Collection[UUID]) -> IdArray:
    """Ids, some of them maybe several times, as a parameter of a statement."""
    return _ids([one.int.to_bytes(16) for one in ids])


def written_ids(ids: Collection[str]) -> IdArray:
    """The same of ids that are written as the database writes them."""
    together = bytes.fromhex("".join(ids).replace("-", ""))
    return _ids([together[place : place + 16] for place in range(0, len(together), 16)])


def any_of(ids: Collection[UUID]) -> sa.CollectionAggregate[bool]:
    """What a column is compared with (`==`) to have one of these ids.

    With hundreds it takes a third of the time that `in_` takes, which binds each by itself.
    """
    return sa.any_(sa.literal(id_array(ids), sa.types.NullType()))


def text_array(texts: Sequence[str | None]) -> TextArray:
    """Texts and nothings as a parameter of a statement."""
    parts = []
    for text in texts:
        if text is None:
            parts.append(NOTHING)
        else:
            content = text.encode()
            parts.append(len(content).to_bytes(4) + content)
    return TextArray(_head(TEXTS.oid, len(parts), has_nothings=None in texts) + b"".join(parts))


def _ids(ids: Sequence[bytes]) -> IdArray:
    return IdArray(ID_BYTES.join([_head(UUIDS.oid, len(ids)), *ids]))


def _head(oid: int, size: int, *, has_nothings: bool = False) -> bytes:
    words = [1, int(has_nothings), oid, size, 1] if size else [0, 0, oid]
    return b"".join(word.to_bytes(4) for word in words)
