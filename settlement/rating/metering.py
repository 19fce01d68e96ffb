"""From what was connected to what is billed: minimum, included, allowance, increments.

In this order (rules R14, R15): connected seconds strictly below the minimum are free and take
nothing from the allowance; the seconds included in each call are taken off; then the allowance;
what is left is rounded up, first by the first increment, then by the next.

The allowance goes by event time, then by event id as bytes (rule R31), so that no order of arrival
changes a charge. A frame must therefore hold all usage of a subscription's month that counts.
"""

from typing import Final

import polars as pl

from settlement.catalogue.allowance import Allowance
from settlement.catalogue.section import Section

# One allowance and one count of tiers for each subscription and local month.
MONTH_OF: Final = ("agreement_number", "month")


def rounded_up(units: pl.Expr) -> pl.Expr:
    """Round up to the first increment, then to the next ones; nothing stays nothing (R10, R11)."""
    beyond = (units - pl.col("first")).clip(0)
    steps = (beyond + pl.col("next") - 1) // pl.col("next")
    return pl.when(units > 0).then(pl.col("first") + steps * pl.col("next")).otherwise(0)


def metered(legs: pl.DataFrame, section: Section) -> pl.DataFrame:
    """Add `is_free`, `free_units` (by allowance) and `billed_units` to priced legs.

    Takes `units`, `first`, `next`, and for allowances `agreement_number`, `month`, `order`.
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
    if section.allowance is None:
        return legs.with_columns(
            free_units=pl.lit(0, pl.Int64), billed_units=rounded_up(pl.col("payable"))
        )
    return _after_allowance(legs, section.allowance)


def _after_allowance(legs: pl.DataFrame, allowance: Allowance) -> pl.DataFrame:
    if allowance.measure == "rounded":
        legs = legs.with_columns(counted=rounded_up(pl.col("payable")))
    else:
        legs = legs.with_columns(counted="payable")
    legs = legs.sort("order").with_columns(after=pl.col("counted").cum_sum().over(MONTH_OF))
    covered = pl.col("after").clip(0, allowance.amount)
    before = (pl.col("after") - pl.col("counted")).clip(0, allowance.amount)
    legs = legs.with_columns(free_units=covered - before)
    left = pl.col("counted") - pl.col("free_units")
    # Rounded seconds were rounded before the allowance was taken from them, and are not again.
    billed = left if allowance.measure == "rounded" else rounded_up(left)
    return legs.with_columns(billed_units=billed).drop("counted", "after")
