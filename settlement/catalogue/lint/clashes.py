"""Prices that hold at the same time: equally good ones, and those that are never the best.

Two prices clash where they have the same place, priority and slot of the week on a common date
(rules R20, R21). A price is never used where in each of its slots another price of the same place
with a higher priority holds at least as long.
"""

import polars as pl

from settlement.catalogue.lint.runs import in_order, taken_until


def clashing(slotted: pl.DataFrame) -> pl.DataFrame:
    """The first clash of each place and priority: place, priority, slot, begins, ends.

    Takes rows of `rate_rows.by_slot`.
    """
    group = ("key", "priority", "slot")
    ordered = in_order(slotted, *group)
    taken = ordered.with_columns(taken=taken_until(*group)).filter(
        pl.col("begins") < pl.col("taken")
    )
    first = taken.unique(["key", "priority"], keep="first", maintain_order=True)
    return first.select(
        "place", "priority", "slot", "begins", ends=pl.min_horizontal("ends", "taken")
    )


def never_best(slotted: pl.DataFrame) -> pl.DataFrame:
    """Prices that a better one always hides, with the first slot they hold in."""
    ranks = slotted.group_by("key").agg(
        least=pl.col("priority").min(), most=pl.col("priority").max()
    )
    ranked = ranks.filter(pl.col("least") < pl.col("most"))
    several = slotted.join(ranked, on="key", how="semi")
    pairs = several.join(several, on=["key", "slot"], suffix="_other").filter(
        pl.col("priority_other") > pl.col("priority"),
        pl.col("begins_other") <= pl.col("begins"),
        pl.col("ends_other") >= pl.col("ends"),
    )
    hidden = pairs.group_by("row").agg(hidden=pl.col("slot").n_unique())
    held = (
        several.sort("slot")
        .group_by("row")
        .agg(pl.first("place", "priority", "slot", "begins", "ends"), slots=pl.len())
    )
    return held.join(hidden, on="row").filter(pl.col("slots") == pl.col("hidden")).sort("row")
