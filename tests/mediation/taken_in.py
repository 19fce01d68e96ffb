"""A file on its way from bytes to usage, without a database: decoded, normalised, sorted out."""

import datetime as dt

import polars as pl

from mediation.decoding import decode
from mediation.intake import SortedOut, no_records, sort_out
from mediation.normalising import normalise
from mediation.source import Source

ARRIVED = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
NOTHING_EARLIER = pl.DataFrame(schema={"record_key": pl.String(), "payload_digest": pl.String()})


def taken_in(
    content: bytes, source: Source, batch_id: str = "b1", waiting: pl.DataFrame | None = None
) -> SortedOut:
    """What became of the records of a file, `waiting` being parts that came before it."""
    decoded = decode(content, source)
    assert decoded.refused is None, decoded.refused
    records = normalise(decoded.drafts, source, batch_id, ARRIVED)
    parts = no_records() if waiting is None else waiting
    return sort_out(batch_id, records, decoded.rejected, NOTHING_EARLIER, parts)


def parts_of(content: bytes, source: Source, batch_id: str) -> pl.DataFrame:
    """The records of a file as they wait for later ones."""
    return normalise(decode(content, source).drafts, source, batch_id, ARRIVED)
