"""Runs of keys: sorted by hash, so that a look-up is a search and joining runs is a merge.

A run is a frame of RUN_SCHEMA, or several frames one after another. `batch` is the number under
which the source knows a batch, `line` the record's line in it.

Nearly no key that is looked up is kept. So a frame on disk has `marks` besides: the range of its
hashes, cut into sixteen equal parts for each key, with a bit for every part that holds a hash. Of
keys that are not kept fifteen in sixteen fall into a part without one, and need no search, which
touches memory all over a run that is longer than what the processor holds.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

RUN_SCHEMA: Final = pl.Schema({"hash": pl.UInt64(), "batch": pl.UInt32(), "line": pl.UInt32()})
MARKED_SCHEMA: Final = pl.Schema({**RUN_SCHEMA, "marks": pl.UInt16()})
PLACES_SCHEMA: Final = pl.Schema({"batch": pl.UInt32(), "line": pl.UInt32()})
# What is merged at a time: some hundred megabytes with all that is held beside it.
PIECE: Final = 4_000_000
HASHES: Final = 2**64
# Each cell of `marks` has this many bits, and there is one for each key.
BITS: Final = 16
BIT: Final = pl.Series([1 << place for place in range(BITS)], dtype=pl.UInt16)


def run_of(hashes: pl.Series, batch: int, lines: pl.Series) -> pl.DataFrame:
    """The keys of one batch as a run."""
    frame = pl.DataFrame({"hash": hashes, "line": lines.cast(pl.UInt32)})
    return (
        frame.with_columns(batch=pl.lit(batch, pl.UInt32)).select(RUN_SCHEMA.names()).sort("hash")
    )


def merged(runs: Sequence[Sequence[pl.DataFrame]]) -> Iterator[pl.DataFrame]:
    """One run of several, in frames of about PIECE keys, so that memory does not grow with them."""
    frames = [frame.select(RUN_SCHEMA.names()) for run in runs for frame in run]
    pieces = -(-sum(frame.height for frame in frames) // PIECE)
    # Hashes are spread evenly, so equal parts of their range hold about as many keys.
    bounds = [HASHES * n // pieces for n in range(pieces)] + [None]
    for first, until in zip(bounds, bounds[1:], strict=False):
        parts = [_between(frame, first or 0, until) for frame in frames]
        # Sorting that leaves like rows in their order finds that parts are in order, and merges.
        yield pl.concat(parts, rechunk=True).sort("hash", maintain_order=True)


def marked(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of a run with its `marks` (MARKED_SCHEMA)."""
    hashes = frame["hash"]
    if hashes.is_empty():
        return frame.with_columns(marks=pl.lit(0, pl.UInt16))
    parts = _parts(hashes, hashes)
    parts = parts.filter(parts.shift(1).ne_missing(parts))
    cells = parts // BITS
    # Bits of one cell differ, so their sum is all of them; cells are in order, as hashes are.
    total = BIT.gather(parts % BITS).cast(pl.UInt64).cum_sum()
    is_last = cells.shift(-1).ne_missing(cells)
    total = total.filter(is_last)
    bits = (total - total.shift(1, fill_value=0)).cast(pl.UInt16)
    none = pl.repeat(0, frame.height, dtype=pl.UInt16, eager=True)
    return frame.with_columns(none.scatter(cells.filter(is_last), bits).alias("marks"))


def places(run: Sequence[pl.DataFrame], wanted: pl.Series) -> pl.DataFrame:
    """Where these hashes (sorted) are kept in a run: PLACES_SCHEMA, one row for each key kept."""
    found = [pl.DataFrame(schema=PLACES_SCHEMA)]
    for frame in run:
        if frame.is_empty():
            continue
        low = int(wanted.search_sorted(frame["hash"][0], side="left"))
        high = int(wanted.search_sorted(frame["hash"][-1], side="right"))
        found.append(_places(frame, _likely(frame, wanted.slice(low, high - low))))
    return pl.concat(found)


def _likely(frame: pl.DataFrame, wanted: pl.Series) -> pl.Series:
    """The hashes that may be kept in a frame; all of them where it was written without marks."""
    if "marks" not in frame.columns:
        return wanted
    parts = _parts(frame["hash"], wanted)
    marks = frame["marks"].gather(parts // BITS)
    return wanted.filter((marks & BIT.gather(parts % BITS)) != 0)


def _parts(hashes: pl.Series, wanted: pl.Series) -> pl.Series:
    """Into which part of the range of these sorted hashes each one that is in it falls."""
    first, last = int(hashes[0]), int(hashes[-1])
    size = (last - first) // (BITS * len(hashes)) + 1
    return (wanted - first) // size


def _places(frame: pl.DataFrame, wanted: pl.Series) -> pl.DataFrame:
    kept = frame["hash"]
    first = kept.search_sorted(wanted, side="left")
    is_kept = kept.gather(first.clip(0, len(kept) - 1)) == wanted
    if not is_kept.any():
        return pl.DataFrame(schema=PLACES_SCHEMA)
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
