"""Price billed units by how many were billed in the month (rules R30, R31).

A bound belongs to the tier below it. Graduated tiers cut an event at each bound, and so does a
commitment, which has one. Volume tiers price everything by the tier that the month reached. A
package is paid for by the event that begins it; those that follow in it cost nothing.
"""

from typing import Final

import polars as pl

from settlement.catalogue.tiers import KINDS, Tiers
from settlement.rating.metering import MONTH_OF, in_order

TIER: Final = pl.Enum(KINDS)
_NO_BOUND: Final = 2**62


def by_tier(legs: pl.DataFrame, tiers: Tiers, per: int) -> pl.DataFrame:
    """A row for each tier that a leg is charged in: `rate` is the tier, `step` its place.

    Takes `order`, `month`, `agreement_number` and `billed_units`; bounds are times `per`. Adds the
    `tier` (its kind), what it `counted` of the month (before the leg, of volume all of it), its
    bounds `tier_above` and `tier_up_to` (null for none), and of packages how many the leg begins.
    """
    legs = in_order(legs).with_columns(
        start_rate=pl.lit(0, pl.UInt32),
        tier=pl.lit(tiers.kind, TIER),
    )
    if tiers.kind == "volume":
        return _by_volume(legs, tiers, per)
    legs = legs.with_columns(after=pl.col("billed_units").cum_sum().over(MONTH_OF))
    legs = legs.with_columns(before=pl.col("after") - pl.col("billed_units"))
    if tiers.kind == "package":
        return _by_package(legs, (tiers.size or 1) * per)
    return _graduated(legs, tiers, per)


def _by_volume(legs: pl.DataFrame, tiers: Tiers, per: int) -> pl.DataFrame:
    legs = legs.with_columns(counted=pl.col("billed_units").sum().over(MONTH_OF))
    bounds = _bounds(tiers, per)
    step = bounds["tier_up_to"].fill_null(_NO_BOUND).search_sorted(legs["counted"], side="left")
    rate = step.cast(pl.UInt32)
    return legs.with_columns(
        bounds["tier_above"].gather(step),
        bounds["tier_up_to"].gather(step),
        step=step.cast(pl.Int64),
        rate=rate,
        start_rate=rate,
        is_first=pl.lit(True),
    )


def _by_package(legs: pl.DataFrame, size: int) -> pl.DataFrame:
    begun = (pl.col("after") + size - 1) // size - (pl.col("before") + size - 1) // size
    return legs.with_columns(
        counted="before",
        tier_above=pl.lit(0, pl.Int64),
        tier_up_to=pl.lit(size, pl.Int64),
        packages=begun,
        step=pl.lit(0, pl.Int64),
        rate=pl.lit(0, pl.UInt32),
        is_first=pl.lit(True),
    )


def _graduated(legs: pl.DataFrame, tiers: Tiers, per: int) -> pl.DataFrame:
    each = legs.join(_bounds(tiers, per), how="cross")
    # A missing bound is none: the smaller of a number and null is the number.
    inside = pl.min_horizontal("after", "tier_up_to") - pl.max_horizontal("before", "tier_above")
    nothing = (pl.col("billed_units") == 0) & (pl.col("step") == 0)
    each = each.with_columns(inside=inside).filter((pl.col("inside") > 0) | nothing)
    rate = pl.col("step").cast(pl.UInt32)
    return each.with_columns(
        counted="before",
        billed_units=pl.col("inside").clip(0),
        rate=rate,
        start_rate=rate,
        is_first=pl.col("row").is_first_distinct(),
    )


def _bounds(tiers: Tiers, per: int) -> pl.DataFrame:
    inner = [(step.up_to or 0) * per for step in tiers.steps[:-1]]
    return pl.DataFrame(
        {"step": range(len(tiers.steps)), "tier_above": [0, *inner], "tier_up_to": [*inner, None]},
        schema={"step": pl.Int64, "tier_above": pl.Int64, "tier_up_to": pl.Int64},
    )
