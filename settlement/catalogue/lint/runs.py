"""Spans of dates in groups: put in order, and which dates of a group are taken already.

Groups are columns of whole numbers. They and the day are packed into one number, because sorting
one column of numbers, and one running maximum over all groups at once, are what is fast.
"""

from typing import Final

import polars as pl

# Days from the first date there is until 1970; and more days than there are dates.
_DAYS_BEFORE_1970: Final = 719_163
_MORE_THAN_ALL: Final = 2**22
_LARGEST: Final = 2**63


def in_order(frame: pl.DataFrame, *group: str) -> pl.DataFrame:
    """Sort by the columns of a group, then by `begins`."""
    if frame.is_empty():
        return frame
    packed, size = pl.lit(0, pl.Int64), 1
    for name in group:
        column = pl.col(name).cast(pl.Int64)
        least, most = frame.select(column.min(), most=column.max()).row(0)
        packed = packed * (most - least + 1) + (column - least)
        size *= most - least + 1
    if size * _MORE_THAN_ALL >= _LARGEST:
        return frame.sort(*group, "begins")
    return frame.sort(packed * _MORE_THAN_ALL + _day("begins"))


def taken_until(*group: str) -> pl.Expr:
    """The latest end of the rows before in the same group; null on the first row of each.

    Rows are `in_order`.
    """
    is_next = (pl.col(name).ne_missing(pl.col(name).shift()) for name in group)
    number = pl.any_horizontal(is_next).cum_sum().cast(pl.Int64)
    latest = (number * _MORE_THAN_ALL + _day("ends")).cum_max().shift()
    of_group = (latest % _MORE_THAN_ALL - _DAYS_BEFORE_1970).cast(pl.Int32).cast(pl.Date)
    return pl.when(latest // _MORE_THAN_ALL == number).then(of_group)


def _day(name: str) -> pl.Expr:
    return pl.col(name).to_physical().cast(pl.Int64) + _DAYS_BEFORE_1970
