"""Read files of a source: decoded apart, with what its other files have told of flows, normalised.

A file can be read ahead, while the one before it is taken in: its hash, its drafts and its records
are there when its turn comes.
"""

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from mediation.draft import Decoded
from mediation.exporters import service as exporters
from mediation.flow_knowledge import NOTHING_TOLD, FlowKnowledge
from mediation.key_hashes import KEY_HASH, key_hashes
from mediation.normalising import normalise, stamped
from mediation.reading.gateway import Decoding, decode_apart
from mediation.reading.gateway import OwnCopy as OwnCopy
from mediation.source import Source
from mediation.sources.service import RegisteredSource
from tenants.files import sha256_of_file
from tenants.session import TenantSession

# From so many records on it pays to do two things at a time, and nothing twice.
MANY_RECORDS = 50_000
# What is held of a large file at a time, in all the columns that sorting out needs.
PIECE_RECORDS = 300_000
# Stands in the records of a file that is read ahead until they are stamped.
NO_BATCH = ""
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Ahead:
    """A file that is being read; ask for what it holds, and `abandon` it in the end.

    Its bytes stand in `copy` until then, for the child and to be kept, and not in memory.
    """

    def __init__(self, copy: OwnCopy, source: Source, knowledge: FlowKnowledge) -> None:
        self.copy, self.source, self.knowledge = copy, source, knowledge
        self._decoding = Decoding(copy, source, knowledge=knowledge, leaves_lines=True)
        beside = ThreadPoolExecutor(1)
        self._sha256 = beside.submit(sha256_of_file, copy.place)
        self._decoded = beside.submit(self._decoding.result)
        self._records = beside.submit(self._records_here)
        beside.shutdown(wait=False)

    def sha256(self) -> str:
        """The SHA-256 of the file, in hex."""
        return self._sha256.result()

    def decoded(self) -> Decoded:
        """What the file holds; its drafts may have no raw text (`drafts_of`)."""
        return self._decoded.result()

    def drafts_of(self, lines: pl.Series) -> pl.DataFrame:
        """The drafts of these lines, with their raw text."""
        drafts = self.decoded().drafts.filter(pl.col("line").is_in(lines.implode()))
        if not drafts["raw"].is_null().any():
            return drafts
        raw = self.copy.lines(drafts["line"])
        whole = drafts.drop("raw").join(raw, on="line", maintain_order="left")
        assert whole.height == drafts.height, "a draft is a line"
        return whole.select(drafts.columns)

    def records(self, batch_id: str, arrived_at: dt.datetime) -> pl.DataFrame | None:
        """Its drafts as records of this batch, as `records_of`; None where they are not read yet,
        since there are few of them, or too many for one piece.
        """
        records = self._records.result()
        return None if records is None else stamped(records, batch_id, arrived_at)

    def abandon(self) -> None:
        """End the child unless it is done, and remove what it wrote; columns in sight remain."""
        self._decoding.abandon()
        self.copy.remove()

    def _records_here(self) -> pl.DataFrame | None:
        decoded = self.decoded()
        drafts = decoded.drafts
        if decoded.refused or drafts.height < MANY_RECORDS or is_in_pieces(drafts):
            return None
        return records_of(drafts, self.source, NO_BATCH, NEVER)


def read_apart(content: bytes, source: Source, knowledge: FlowKnowledge = NOTHING_TOLD) -> Decoded:
    """Decode a file where it can do no harm; what cannot be decoded is a refused file."""
    return decode_apart(content, source, knowledge=knowledge)


def read(
    session: TenantSession,
    registered: RegisteredSource,
    content: bytes,
    *,
    unread: Sequence[int] = (),
) -> Decoded:
    """Decode a file of a source by all that is known now.

    Args:
        unread: lines of sets of flows that are left as they are.
    """
    known = exporters.knowledge(session, registered)._replace(unread=tuple(unread))
    return read_apart(content, registered.source, known)


def ahead_of(session: TenantSession, registered: RegisteredSource, copy: OwnCopy) -> Ahead:
    """Begin to read a file of a source; `abandon` it if it is not wanted."""
    return Ahead(copy, registered.source, exporters.knowledge(session, registered))


def is_valid(session: TenantSession, registered: RegisteredSource, ahead: Ahead) -> bool:
    """Whether nothing has changed since it was begun of all that a file is read by."""
    known = exporters.knowledge(session, registered)
    return (ahead.source, ahead.knowledge) == (registered.source, known)


def is_in_pieces(drafts: pl.DataFrame) -> bool:
    """Whether these are sorted out piece by piece: too many, and no parts that need the whole."""
    return drafts.height > PIECE_RECORDS and not drafts["call_id"].is_not_null().any()


def records_of(
    drafts: pl.DataFrame, source: Source, batch_id: str, arrived_at: dt.datetime
) -> pl.DataFrame:
    """Drafts as records.

    Many whole calls have no digests, for what landed of them tells its own (`told_by_usage`); the
    hashes of many keys stand beside them, since they are asked for more than once.
    """
    if drafts.height < MANY_RECORDS:
        return normalise(drafts, source, batch_id, arrived_at)
    has_parts = drafts["call_id"].is_not_null().any()
    records = normalise(drafts, source, batch_id, arrived_at, is_digested=has_parts)
    return records.with_columns(key_hashes(records["record_key"]).alias(KEY_HASH))
