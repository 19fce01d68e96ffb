"""Price billed units by how many were billed in the month (rules R30, R31).

The bound belongs to the lower tier. Graduated tiers cut an event at each bound; volume tiers price
everything by the tier that the month reached.
"""

import polars as pl

from settlement.catalogue.tiers import Tiers
from settlement.rating.metering import MONTH_OF


def by_tier(legs: pl.DataFrame, tiers: Tiers, per: int) -> pl.DataFrame:
    """A row for each tier that a leg is charged in: `rate` is the tier, `step` its place.

    Takes `order`, `month`, `agreement_number` and `billed_units`; bounds are times `per`.
    """
    bounds = pl.DataFrame(
        {
            "step": range(len(tiers.steps)),
            "above": [0, *((step.up_to or 0) * per for step in tiers.steps[:-1])],
            "up_to": [*((step.up_to or 0) * per for step in tiers.steps[:-1]), 2**62],
        },
        schema={"step": pl.Int64, "above": pl.Int64, "up_to": pl.Int64},
    )
    legs = legs.sort("order")
    if tiers.kind == "volume":
        total = pl.col("billed_units").sum().over(MONTH_OF)
        step = bounds["up_to"].search_sorted(legs.select(total).to_series(), side="left")
        return legs.with_columns(
            step=step.cast(pl.Int64),
            rate=step.cast(pl.UInt32),
            start_rate=step.cast(pl.UInt32),
            is_first=pl.lit(True),
        )
    legs = legs.with_columns(after=pl.col("billed_units").cum_sum().over(MONTH_OF))
    before = pl.col("after") - pl.col("billed_units")
    each = legs.with_columns(before=before).join(bounds, how="cross")
    inside = pl.min_horizontal("after", "up_to") - pl.max_horizontal("before", "above")
    nothing = (pl.col("billed_units") == 0) & (pl.col("step") == 0)
    rate = pl.col("step").cast(pl.UInt32)
    each = each.with_columns(inside=inside).filter((pl.col("inside") > 0) | nothing)
    return each.with_columns(
        billed_units=pl.col("inside").clip(0),
        rate=rate,
        start_rate=rate,
        is_first=pl.col("row").is_first_distinct(),
    )
