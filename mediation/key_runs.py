"""Runs of keys: sorted by hash, so that a look-up is a search and joining runs is a merge.

A run is a frame of RUN_SCHEMA, or several frames one after another. `batch` is the number under
which the source knows a batch, `line` the record's line in it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

RUN_SCHEMA: Final = pl.Schema({"hash": pl.UInt64(), "batch": pl.UInt32(), "line": pl.UInt32()})
PLACES_SCHEMA: Final = pl.Schema({"batch": pl.UInt32(), "line": pl.UInt32()})
# What is merged at a time: some hundred megabytes with all that is held beside it.
PIECE: Final = 4_000_000
HASHES: Final = 2**64


def run_of(hashes: pl.Series, batch: int, lines: pl.Series) -> pl.DataFrame:
    """The keys of one batch as a run."""
    frame = pl.DataFrame({"hash": hashes, "line": lines.cast(pl.UInt32)})
    return (
        frame.with_columns(batch=pl.lit(batch, pl.UInt32)).select(RUN_SCHEMA.names()).sort("hash")
    )


def merged(runs: Sequence[Sequence[pl.DataFrame]]) -> Iterator[pl.DataFrame]:
    """One run of several, in frames of about PIECE keys, so that memory does not grow with them."""
    frames = [frame for run in runs for frame in run]
    pieces = -(-sum(frame.height for frame in frames) // PIECE)
    # Hashes are spread evenly, so equal parts of their range hold about as many keys.
    bounds = [HASHES * n // pieces for n in range(pieces)] + [None]
    for first, until in zip(bounds, bounds[1:], strict=False):
        parts = [_between(frame, first or 0, until) for frame in frames]
        yield pl.concat(parts, rechunk=True).sort("hash", "batch", "line")


def places(run: Sequence[pl.DataFrame], wanted: pl.Series) -> pl.DataFrame:
    """Where these hashes (sorted) are kept in a run: PLACES_SCHEMA, one row for each key kept."""
    found = [pl.DataFrame(schema=PLACES_SCHEMA)]
    for frame in run:
        if frame.is_empty():
            continue
        low = int(wanted.search_sorted(frame["hash"][0], side="left"))
        high = int(wanted.search_sorted(frame["hash"][-1], side="right"))
        found.append(_places(frame, wanted.slice(low, high - low)))
    return pl.concat(found)


def _places(frame: pl.DataFrame, wanted: pl.Series) -> pl.DataFrame:
    kept = frame["hash"]
    first = kept.search_sorted(wanted, side="left")
    is_kept = kept.gather(first.clip(0, len(kept) - 1)) == wanted
    first, wanted = first.filter(is_kept), wanted.filter(is_kept)
    until = kept.search_sorted(wanted, side="right")
    spans = pl.DataFrame({"first": first, "until": until}).select(
        pl.int_ranges("first", "until", dtype=pl.UInt32)
    )
    return frame.select(PLACES_SCHEMA.names())[spans.to_series().explode().drop_nulls()]


def _between(frame: pl.DataFrame, first: int, until: int | None) -> pl.DataFrame:
    hashes = frame["hash"]
    low = int(hashes.search_sorted(pl.Series([first], dtype=pl.UInt64))[0])
    high = frame.height
    if until is not None:
        high = int(hashes.search_sorted(pl.Series([until], dtype=pl.UInt64))[0])
    return frame.slice(low, high - low)
