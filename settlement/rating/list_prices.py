"""What each event was charged, and what it would have cost without an allowance: its list price.

Promotions are lines of their own and take nothing off an event here. Only events that an allowance
covered in part are computed again, by the price and the increments that stand beside the charge;
parts at several prices (bands, tiers) are added up each at its own price. An event priced by the
record, by tiers or in packages has the list price that it was charged. A connection fee is part of
the list price where it was charged.
"""

from typing import Final

import polars as pl

from currencies.amounts import AMOUNT, HOUR, times
from currencies.money import EXACT
from settlement.rating.metering import rounded_up
from settlement.rating.pricing import ALLOWANCE

EVENT_PRICES: Final = pl.Schema(
    {
        "source": pl.String(),
        "record_key": pl.String(),
        "subscription": pl.String(),
        "service": pl.String(),
        "product": pl.String(),
        "occurred_on": pl.Date(),
        "retail_3600": AMOUNT,
        "listed_3600": AMOUNT,
    }
)
_EVENT: Final = ("source", "record_key", "side", "balance")


def event_prices(charges: pl.DataFrame) -> pl.DataFrame:
    """One row of EVENT_PRICES for each event of charges (rated_batch.CHARGES), by time and event.

    All parts of an event must be in the frame. Amounts are exact, times 3600, before promotions.
    """
    parts = charges.join(_of_one_unit(charges), on=["price", "per_units"], how="left")
    covered = (pl.col("covered_by") == ALLOWANCE) & pl.col("price").is_not_null()
    free = times(pl.col("unit_3600").fill_null(0), pl.col("free_units"))
    events = (
        parts.with_columns(part_3600=pl.when(covered).then(free).otherwise("amount_3600"))
        .group_by(_EVENT, maintain_order=True)
        .agg(
            pl.col("agreement").first().alias("subscription"),
            pl.col("kind").first().alias("service"),
            pl.col("product", "occurred_on", "occurred_at", "unit_3600").first(),
            pl.col("amount_3600").sum().alias("retail_3600"),
            pl.col("part_3600").sum(),
            pl.col("fee_3600").max(),
            covered.any().alias("is_covered"),
            # At one price for a unit, and not in tiers, an event is metered anew as one leg.
            ((pl.col("price").n_unique() == 1) & pl.col("tier").is_null().all()).alias("is_one"),
            pl.col("units", "included").first(),
            pl.col("first_increment").first().alias("first"),
            pl.col("next_increment").first().alias("next"),
        )
    )
    payable = (pl.col("units") - pl.col("included").fill_null(0)).clip(0)
    leg = times(pl.col("unit_3600").fill_null(0), rounded_up(payable))
    leg = leg + pl.col("fee_3600").fill_null(0)
    listed = pl.when("is_one").then(leg).otherwise("part_3600")
    listed = pl.when("is_covered").then(listed).otherwise("retail_3600")
    return (
        events.with_columns(listed_3600=listed)
        .sort("occurred_at", "record_key", "source")
        .select(EVENT_PRICES.names())
        .cast(EVENT_PRICES)
    )


def _of_one_unit(charges: pl.DataFrame) -> pl.DataFrame:
    """What one unit costs, times 3600, for each price there is; prices repeat."""
    prices = charges.select("price", "per_units").drop_nulls().unique()
    exact = [EXACT.divide(price * HOUR, per) for price, per in prices.iter_rows()]
    return prices.with_columns(pl.Series("unit_3600", exact, AMOUNT))
