"""Price billed units by how many were billed in the month (rules R30, R31).

A bound belongs to the tier below it. Graduated tiers cut an event at each bound, and so does a
commitment, which has one. Volume tiers price everything by the tier that the month reached. A
package is paid for by the event that begins it; those that follow in it cost nothing.
"""

import polars as pl

from settlement.catalogue.tiers import Tiers
from settlement.rating.metering import MONTH_OF

_NO_BOUND = 2**62


def by_tier(legs: pl.DataFrame, tiers: Tiers, per: int) -> pl.DataFrame:
    """A row for each tier that a leg is charged in: `rate` is the tier, `step` its place.

    Takes `order`, `month`, `agreement_number` and `billed_units`; bounds are times `per`. Of
    packages adds `packages`: how many of them the leg begins.
    """
    legs = legs.sort("order").with_columns(start_rate=pl.lit(0, pl.UInt32))
    if tiers.kind == "volume":
        return _by_volume(legs, tiers, per)
    legs = legs.with_columns(after=pl.col("billed_units").cum_sum().over(MONTH_OF))
    legs = legs.with_columns(before=pl.col("after") - pl.col("billed_units"))
    if tiers.kind == "package":
        return _by_package(legs, (tiers.size or 1) * per)
    return _graduated(legs, tiers, per)


def _by_volume(legs: pl.DataFrame, tiers: Tiers, per: int) -> pl.DataFrame:
    total = pl.col("billed_units").sum().over(MONTH_OF)
    bounds = _bounds(tiers, per)["up_to"]
    step = bounds.search_sorted(legs.select(total).to_series(), side="left")
    rate = step.cast(pl.UInt32)
    return legs.with_columns(
        step=step.cast(pl.Int64), rate=rate, start_rate=rate, is_first=pl.lit(True)
    )


def _by_package(legs: pl.DataFrame, size: int) -> pl.DataFrame:
    begun = (pl.col("after") + size - 1) // size - (pl.col("before") + size - 1) // size
    return legs.with_columns(
        packages=begun,
        step=pl.lit(0, pl.Int64),
        rate=pl.lit(0, pl.UInt32),
        is_first=pl.lit(True),
    )


def _graduated(legs: pl.DataFrame, tiers: Tiers, per: int) -> pl.DataFrame:
    each = legs.join(_bounds(tiers, per), how="cross")
    inside = pl.min_horizontal("after", "up_to") - pl.max_horizontal("before", "above")
    nothing = (pl.col("billed_units") == 0) & (pl.col("step") == 0)
    each = each.with_columns(inside=inside).filter((pl.col("inside") > 0) | nothing)
    rate = pl.col("step").cast(pl.UInt32)
    return each.with_columns(
        billed_units=pl.col("inside").clip(0),
        rate=rate,
        start_rate=rate,
        is_first=pl.col("row").is_first_distinct(),
    )


def _bounds(tiers: Tiers, per: int) -> pl.DataFrame:
    inner = [(step.up_to or 0) * per for step in tiers.steps[:-1]]
    return pl.DataFrame(
        {"step": range(len(tiers.steps)), "above": [0, *inner], "up_to": [*inner, _NO_BOUND]},
        schema={"step": pl.Int64, "above": pl.Int64, "up_to": pl.Int64},
    )
