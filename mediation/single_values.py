"""Columns that hold one value throughout: what follows from them alone is computed once.

Most columns of most sources are empty, and a file of calls says so in every record. A month's
records would otherwise be asked for a unit, a reading or an amount that none of them has.
"""

from collections.abc import Collection, Iterable

import polars as pl

# In fewer records looking for such columns takes longer than computing them; at least two.
FEW = 2_000


def with_computed(frame: pl.DataFrame, columns: Iterable[pl.Expr]) -> pl.DataFrame:
    """As `frame.with_columns`, for expressions that compute each row from its own cells."""
    columns = list(columns)
    if frame.height < FEW:
        return frame.with_columns(columns)
    names = {name for column in columns for name in column.meta.root_names()}
    single = {name for name in names if is_single(frame[name])}
    once = [column for column in columns if single.issuperset(column.meta.root_names())]
    each = [column for column in columns if not single.issuperset(column.meta.root_names())]
    told = frame.head(1).select(once)
    return frame.with_columns(
        *each, *(pl.lit(value[0], value.dtype).alias(value.name) for value in told)
    )


def gathered(frame: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    """As `frame[places]`; columns of one value stay as they are, since all their rows are alike."""
    if len(places) != frame.height or frame.height < FEW:
        return frame[places]
    alike = [column.name for column in frame if is_single(column)]
    one = [pl.lit(frame[name][0], frame.schema[name]).alias(name) for name in alike]
    moved = frame.select(pl.exclude(alike).gather(places))
    return moved.with_columns(one).select(frame.columns)


def texts_once(frame: pl.DataFrame, names: Collection[str]) -> pl.DataFrame:
    """Columns of these that hold one text throughout, with numbers in place of it.

    So a file of columns takes them as they are, and does not look up each cell.
    """
    alike = [name for name in names if name in frame.columns and _is_one_text(frame[name])]
    return frame.with_columns(
        pl.lit(frame[name][0], pl.Enum([frame[name][0]])).alias(name) for name in alike
    )


def _is_one_text(column: pl.Series) -> bool:
    return column.dtype == pl.String and column.null_count() < len(column) and is_single(column)


def is_single(column: pl.Series) -> bool:
    """Whether all cells are alike; those of no row are."""
    nothing = column.null_count()
    if nothing or column.is_empty():
        return nothing == len(column)
    # Nearly every column that differs does so between its ends.
    return bool(column[0] == column[-1] and (column == column[0]).all())
