"""Readings of a meter become consumption: what a register has counted since it was last read.

A register is named by account, product and unit (day and night are two products of one account).
Its readings are put in order by the time at which they were taken, whenever they came:

    the first reading       opens the register: nothing is known of what was consumed before
    each later reading      consumption since the one before it
    an estimated reading    stands until an actual one of that time or later comes; then the actual
                            one carries the whole consumption, and the estimate nothing
    a reading that is lower turned over, if the register's number of digits is known and the step is
                            more than half of its range; else it went back

A step of more than half of the range, up or down, is taken for the shorter way round: 99,990 to 10
of five digits is 20, and 10 to 99,990 is 20 back. A register that went back has a negative quantity
here. Such a reading is never charged and never counts: the next one is compared with the highest
before it. So the total is the same in whatever order readings come: the last one less the first.

All of it is worked out from all readings of a register, each time it is asked for. Nothing is
remembered, hence a reading that comes late changes what it must, in whatever month that is.
"""

import datetime as dt
from typing import NamedTuple

import polars as pl

REGISTER = ("account", "product", "unit")
# At one instant an actual reading comes first; the rest only makes the order the same every time.
IN_ORDER = (*REGISTER, "occurred_at", "estimated", "reading", "record_key", "batch_id", "line")
DIGITS_MAX = 18
RANGES = {digits: 10**digits for digits in range(1, DIGITS_MAX + 1)}


class Reach(NamedTuple):
    """The first and the last instant whose consumption is another than before."""

    first: dt.datetime
    last: dt.datetime


def with_consumption(readings: pl.DataFrame) -> pl.DataFrame:
    """Set `quantity` of readings (usage columns) to the consumption that each of them shows.

    Opening readings and superseded estimates show 0, readings that went back less than 0.
    """
    ordered = readings.sort(IN_ORDER, nulls_last=True).with_columns(
        is_opening=pl.struct(REGISTER).is_first_distinct()
    )
    actual = _advanced(ordered.filter(pl.col("is_opening") | ~pl.col("estimated")))
    settled = (
        actual.filter(~pl.col("estimated") & (pl.col("advance") >= 0))
        .group_by(REGISTER)
        .agg(settled_at=pl.col("occurred_at").max())
    )
    judged = ordered.join(
        settled, on=REGISTER, how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(
        is_superseded=pl.col("estimated")
        & ~pl.col("is_opening")
        & (pl.col("occurred_at") <= pl.col("settled_at")).fill_null(False)
    )
    counted = _advanced(judged.filter(~pl.col("is_superseded")))
    nothing = judged.filter("is_superseded").with_columns(advance=pl.lit(0, pl.Int64))
    return (
        pl.concat([counted.select(nothing.columns), nothing])
        .with_columns(quantity=pl.col("advance"))
        .select(readings.columns)
    )


def _advanced(ordered: pl.DataFrame) -> pl.DataFrame:
    """Add `advance`: how far each reading is beyond the highest before it in its register."""
    size = pl.col("register_digits").replace_strict(RANGES, default=None, return_dtype=pl.Int64)
    step = pl.col("reading") - pl.col("reading").shift(1).over(REGISTER)
    turned = pl.when(step * 2 < -size).then(size).when(step * 2 > size).then(-size).otherwise(0)
    return (
        ordered.with_columns(turned=turned)
        .with_columns(counted=pl.col("reading") + pl.col("turned").cum_sum().over(REGISTER))
        .with_columns(highest=pl.col("counted").cum_max().shift(1).over(REGISTER))
        .with_columns(advance=(pl.col("counted") - pl.col("highest")).fill_null(0))
        .drop("turned", "counted", "highest")
    )


def reach(before: pl.DataFrame, after: pl.DataFrame) -> Reach | None:
    """Between which instants consumption changes when the readings of some registers change.

    Args:
        before, after: all readings of those registers (usage columns); a line that is in both may
            have been repaired.
    """
    told = ("batch_id", "line", *REGISTER, "occurred_at", "quantity")
    shown = [with_consumption(readings).select(told) for readings in (before, after)]
    # Rows in one of the two only; a row that differs is there twice.
    changed = pl.concat(shown).filter(~pl.struct(pl.all()).is_duplicated())
    if changed.is_empty():
        return None
    return Reach(*changed.select(first=pl.min("occurred_at"), last=pl.max("occurred_at")).row(0))
