"""What is left of a customer's number for those who need not know it (rule R123).

    48221234567   ***567

How long the number was is not told either; of a short one nothing is left.
"""

from typing import Final

import polars as pl

KEPT: Final = 3
STARS: Final = "***"
# Columns of `explained.DIFFERENCES`; attributes of its XML are called the same.
NUMBERS: Final = ("calling", "called")


def masked(listed: pl.DataFrame) -> pl.DataFrame:
    """The same calls with the last three digits of each number; no number stays none."""
    return listed.with_columns(_masked(pl.col(name)).alias(name) for name in NUMBERS)


def _masked(number: pl.Expr) -> pl.Expr:
    tail = pl.when(number.str.len_chars() > KEPT).then(number.str.tail(KEPT)).otherwise(pl.lit(""))
    is_none = number.is_null() | (number == "")
    return pl.when(is_none).then(number).otherwise(pl.lit(STARS) + tail)
