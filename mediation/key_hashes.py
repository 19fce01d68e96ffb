"""Record keys as numbers of 64 bits, to be looked up among hundreds of millions.

A hash says where a key may have been kept; whether it is the same key is decided by the text that
was kept there. So two keys with one hash cost a look, and never a record.

The hash is computed in columns and is written to disk, so it is the same on every machine and in
every release: each word of eight bytes is multiplied by a constant of its place and mixed, the
results are added up, and the length is mixed in last. A word of zeros adds nothing, so a key does
not depend on the longest one beside it.
"""

from functools import cache
from hashlib import blake2b
from typing import Final

import polars as pl

WORD: Final = 8
WORDS_MAX: Final = 32
HALF: Final = 2**32
KEY_HASH: Final = "key_hash"


def _constants(purpose: str, count: int) -> list[int]:
    """Odd numbers of 64 bits that nobody chose."""
    digests = (blake2b(f"{purpose} {n}".encode(), digest_size=WORD).digest() for n in range(count))
    return [int.from_bytes(digest, "little") | 1 for digest in digests]


OF_PLACE: Final = _constants("place", WORDS_MAX + 1)
MIXING, LAST = _constants("mixing", 2)


def key_hashes(keys: pl.Series) -> pl.Series:
    """One UInt64 for each key; of a key beyond 256 bytes, the last eight count besides."""
    sizes = keys.str.len_bytes()
    words = min(-(-int(sizes.max() or 0) // WORD), WORDS_MAX)  # type: ignore[arg-type]
    padded = keys.str.pad_end(words * WORD, "\0").cast(pl.Binary).alias("key")
    frame = pl.DataFrame({"key": padded, "size": sizes.cast(pl.UInt64)})
    for step in _steps(words):
        frame = frame.select(step)
    return frame.to_series().alias("hash")


@cache
def _steps(words: int) -> tuple[list[pl.Expr], ...]:
    """How hashes of so many words are computed; each step reads the columns of the one before."""
    begins = pl.col("key").bin.slice(0, words * WORD)
    kind = pl.Array(pl.UInt64, words)
    tail = pl.when(pl.col("size") > WORDS_MAX * WORD).then(_word(pl.col("key").bin.tail(WORD)))
    read = [
        pl.col("size"),
        begins.bin.reinterpret(dtype=kind, endianness="little").alias("begins"),
        tail.fill_null(0).alias("tail"),
    ]
    taken = [pl.col("begins").arr.get(n).alias(f"word_{n}") for n in range(words)]
    total = _mixed(pl.col("tail"), OF_PLACE[WORDS_MAX])
    for place in range(words):
        total = total + _mixed(pl.col(f"word_{place}"), OF_PLACE[place])
    total = total + pl.col("size") * pl.lit(LAST, pl.UInt64)
    return (
        read,
        [pl.col("size", "tail"), *taken],
        [total.alias("total")],
        [_mixed(pl.col("total"), LAST)],
    )


def hashes_of(keyed: pl.DataFrame) -> pl.Series:
    """The hashes of a frame's `record_key`; of many they stand beside it, as KEY_HASH."""
    return keyed[KEY_HASH] if KEY_HASH in keyed.columns else key_hashes(keyed["record_key"])


def _word(eight: pl.Expr) -> pl.Expr:
    return eight.bin.reinterpret(dtype=pl.UInt64, endianness="little")


def _mixed(word: pl.Expr, constant: int) -> pl.Expr:
    """A product that keeps only 64 bits, its upper half brought down into the lower."""
    product = word * pl.lit(constant, pl.UInt64)
    return (product ^ (product // HALF)) * pl.lit(MIXING, pl.UInt64)
