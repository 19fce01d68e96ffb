"""The rated records behind a declaration as rows of text, and the Merkle root over them.

Who called is not in them: a record is told by its bucket, its time and its figures. 256 rows are a
leaf, as in `sharing.sealing`; equal records give equal rows in the same order.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from settlement.sharing.sealing import merkle
from settlement.sharing.sealing.seal import ROWS_OF_A_LEAF

KEY: Final = ("day", "direction", "trunk", "destination")
COLUMNS: Final = (*KEY, "occurred_at", "part", "seconds", "billed_seconds", "amount_3600")
ROWS_AT_ONCE: Final = ROWS_OF_A_LEAF * 256


def rows_of(records: pl.DataFrame) -> Iterator[list[str]]:
    """The rows of records that have COLUMNS, some whole leaves at a time."""
    for some in records.select(COLUMNS).sort(COLUMNS).iter_slices(ROWS_AT_ONCE):
        yield some.write_csv(include_header=False).split("\n")[:-1]


def leaves(rows: Sequence[str]) -> list[str]:
    """Rows as leaves."""
    starts = range(0, len(rows), ROWS_OF_A_LEAF)
    return ["\r\n".join(rows[start : start + ROWS_OF_A_LEAF]) for start in starts]


def root_of(records: pl.DataFrame) -> str:
    """The Merkle root over records that have COLUMNS."""
    return merkle.root_of([merkle.leaf(leaf) for rows in rows_of(records) for leaf in leaves(rows)])
