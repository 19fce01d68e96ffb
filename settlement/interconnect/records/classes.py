"""How far a call of one side is answered by the other (rule R52)."""

from enum import StrEnum
from typing import Final, Literal

import polars as pl

ClassBy = Literal["seconds", "start"]

CLOSE_SECONDS: Final = 2


class RecordClass(StrEnum):
    """`missing_ours` is a call that we do not have, they do; `cut_off` is told in another month."""

    EXACT = "exact"
    WITHIN_TOLERANCE = "within_tolerance"
    OUT_OF_TOLERANCE = "out_of_tolerance"
    MISSING_OURS = "missing_ours"
    MISSING_THEIRS = "missing_theirs"
    DUPLICATE = "duplicate"
    CUT_OFF = "cut_off"


CLASSES: Final = pl.Enum([each.value for each in RecordClass])


def class_of_pair(class_by: ClassBy) -> pl.Expr:
    """The class of a pair, by the difference of its seconds or of its starts (policy class_by).

    The frame has `seconds_ours`, `seconds_theirs`, `started_ours`, `started_theirs` and
    `offset_minutes`, which is taken off their start first.
    """
    if class_by == "seconds":
        apart = (pl.col("seconds_ours") - pl.col("seconds_theirs")).abs()
        close = pl.lit(CLOSE_SECONDS)
    else:
        moved = pl.duration(minutes=pl.col("offset_minutes"))
        between = pl.col("started_theirs") - moved - pl.col("started_ours")
        apart = between.dt.total_microseconds().abs()
        close = pl.lit(CLOSE_SECONDS * 1_000_000)
    return (
        pl.when(apart == 0)
        .then(pl.lit(RecordClass.EXACT.value, CLASSES))
        .when(apart <= close)
        .then(pl.lit(RecordClass.WITHIN_TOLERANCE.value, CLASSES))
        .otherwise(pl.lit(RecordClass.OUT_OF_TOLERANCE.value, CLASSES))
    )
