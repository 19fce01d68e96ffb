"""From what was connected to what is billed: minimum, included, allowances, increments.

In this order (rules R14, R15): connected seconds strictly below the minimum are free and take
nothing from an allowance; the seconds included in each call are taken off; then the allowances;
what is left is rounded up, first by the first increment, then by the next.

Allowances go by event time, then by event id as bytes (rule R31), so that no order of arrival
changes a charge.
"""

from collections.abc import Callable
from typing import Final

import polars as pl

from settlement.catalogue.section import Section

# One count of tiers for each subscription and local month.
MONTH_OF: Final = ("agreement_number", "month")

Cover = Callable[[pl.DataFrame], tuple[pl.DataFrame, list[pl.DataFrame]]]


def rounded_up(units: pl.Expr) -> pl.Expr:
    """Round up to the first increment, then to the next ones; nothing stays nothing (R10, R11)."""
    beyond = (units - pl.col("first")).clip(0)
    steps = (beyond + pl.col("next") - 1) // pl.col("next")
    return pl.when(units > 0).then(pl.col("first") + steps * pl.col("next")).otherwise(0)


def in_order(legs: pl.DataFrame) -> pl.DataFrame:
    """Legs by their `order`; looking whether they stand so costs a hundredth of sorting."""
    return legs if legs["order"].is_sorted() else legs.sort("order")


def metered(
    legs: pl.DataFrame, section: Section, cover: Cover
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Add `is_free`, `free_units` (by allowances) and `billed_units` to priced legs.

    Takes `units`, `first`, `next`, and what `cover` takes, which covers `counted` units by the
    allowances of the section. Returns the parts that they covered besides.
    """
    if not section.is_timed:
        legs = legs.with_columns(payable="units", is_free=pl.lit(False))
    else:
        legs = legs.with_columns(
            payable=(pl.col("units") - section.included_seconds).clip(0),
            is_free=pl.col("units") < section.minimum_seconds,
        )
    if section.minimum_seconds:
        legs = legs.with_columns(payable=pl.when(~pl.col("is_free")).then("payable").otherwise(0))
    if not section.allowances:
        billed = rounded_up(pl.col("payable"))
        return legs.with_columns(free_units=pl.lit(0, pl.Int64), billed_units=billed), []
    # Rounded seconds are rounded before the allowance is taken from them, and not again.
    is_rounded = section.allowances[0].measure == "rounded"
    payable = pl.col("payable")
    legs, covered = cover(legs.with_columns(counted=rounded_up(payable) if is_rounded else payable))
    left = pl.col("counted") - pl.col("free_units")
    return legs.with_columns(billed_units=left if is_rounded else rounded_up(left)), covered
