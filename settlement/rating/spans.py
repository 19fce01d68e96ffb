"""Which of several validities of a key holds at an instant, for whole columns at once.

Key and instant are put into one integer, so that one binary search answers for all keys. Validity
is half-open; no end is no end.
"""

from typing import Final

import polars as pl

from i18n.errors import Conflict

RANGE: Final = 2**36
OFFSET: Final = RANGE // 2
FOREVER: Final = OFFSET - 1


class ValiditiesOverlap(Conflict):
    """{what} {key} is valid twice at the same time. End one before the other begins."""


class Spans:
    """Validities of keys: a frame of `key` (Int64 from 0), `begins`, `ends` (seconds, UTC)."""

    def __init__(self, spans: pl.DataFrame, what: str, names: pl.Series) -> None:
        spans = spans.with_row_index("span").sort("key", "begins", "span")
        again = pl.col("key") == pl.col("key").shift()
        overlapping = spans.filter(again & (pl.col("begins") < pl.col("ends").shift()))
        for key in overlapping["key"].head(1):
            raise ValiditiesOverlap(what=what, key=names[key])
        self._spans = spans
        self._points = spans["key"] * RANGE + _bounded(spans["begins"])
        # With one validity for every key there is nothing to search for.
        self._is_one_each = spans["key"].to_list() == list(range(len(spans)))

    def at(self, keys: pl.Series, seconds: pl.Series) -> pl.Series:
        """The row number of the frame for each key and instant; null where none holds."""
        if self._spans.is_empty():
            return pl.repeat(None, len(keys), dtype=pl.UInt32, eager=True)
        asked = keys.cast(pl.Int64).fill_null(-1)
        if self._is_one_each:
            found = asked
        else:
            points = asked * RANGE + _bounded(seconds)
            found = self._points.search_sorted(points, side="right").cast(pl.Int64) - 1
        spans = self._spans[found.clip(0)]
        holds = (
            (found >= 0)
            & (spans["key"] == asked)
            & (spans["begins"] <= seconds)
            & (seconds < spans["ends"])
        )
        return pl.select(pl.when(holds).then(spans["span"])).to_series()


def _bounded(seconds: pl.Series) -> pl.Series:
    return seconds.clip(-OFFSET, FOREVER) + OFFSET
