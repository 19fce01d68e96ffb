"""What is left of a customer's number for those who need not know it (rule R123).

Whether a carrier need not know it is a policy of its agreement, `mask_numbers`. The same mask is on
what it is shown, in a file it takes away and in a record of a message sent to it.

    48221234567   ***567

How long the number was is not told either; of a short one nothing is left.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from settlement.agreements.policies import in_force

KEPT: Final = 3
STARS: Final = "***"
# Columns of `explained.DIFFERENCES`; attributes of its XML are called the same.
NUMBERS: Final = ("calling", "called")


def is_masked(policies: Mapping[str, str]) -> bool:
    """Whether the policies of an interconnect agreement ask for masked numbers."""
    return in_force(policies, "interconnect")["mask_numbers"] == "last_3"


def masked(listed: pl.DataFrame, columns: Sequence[str] = NUMBERS) -> pl.DataFrame:
    """The same rows with the last three digits of each number; no number stays none."""
    return listed.with_columns(_masked(pl.col(name)).alias(name) for name in columns)


def _masked(number: pl.Expr) -> pl.Expr:
    tail = pl.when(number.str.len_chars() > KEPT).then(number.str.tail(KEPT)).otherwise(pl.lit(""))
    is_none = number.is_null() | (number == "")
    return pl.when(is_none).then(number).otherwise(pl.lit(STARS) + tail)
