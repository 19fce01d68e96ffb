"""Cut billed seconds where the wall clock enters another band (rule R16, SPLIT).

The billed seconds follow the free ones. What is billed beyond the connection stays in the band of
the last connected second, or runs on the clock, as the tariff says (`split_tail`).
"""

import polars as pl

from settlement.catalogue.section import Section
from settlement.rating.timeline import Timeline


def cut_at_bands(legs: pl.DataFrame, section: Section, clock: Timeline) -> pl.DataFrame:
    """One row for each stretch of the clock that a leg is billed in, with its `billed_units`.

    Takes `start`, `units`, `free_units` and `billed_units`; adds `stretch`.
    """
    begins = pl.col("start") + section.included_seconds + pl.col("free_units")
    connected_until = pl.col("start") + pl.col("units")
    legs = legs.with_columns(begins=begins, ends=begins + pl.col("billed_units"))
    if section.split_tail == "last_band":
        # What is billed beyond the connection stays in the band of the last connected second.
        legs = legs.with_columns(
            seen_from=pl.min_horizontal("begins", connected_until - 1),
            seen_until=pl.min_horizontal("ends", connected_until),
        )
    else:
        legs = legs.with_columns(seen_from="begins", seen_until="ends")
    legs = legs.with_columns(
        pl.max_horizontal("seen_until", pl.col("seen_from") + 1).alias("seen_until")
    )
    first = clock.stretch_at(legs["seen_from"]).cast(pl.Int64)
    last = clock.stretch_at(legs["seen_until"] - 1).cast(pl.Int64)
    each = (
        legs.with_columns(first_stretch=first, last_stretch=last)
        .with_columns(stretch=pl.int_ranges(pl.col("first_stretch"), pl.col("last_stretch") + 1))
        .explode("stretch")
    )
    opens = clock.starts.gather(each["stretch"])
    closes = clock.starts.gather((each["stretch"] + 1).clip(0, len(clock.starts) - 1))
    each = each.with_columns(opens=opens, closes=closes)
    is_last = pl.col("stretch") == pl.col("last_stretch")
    is_first = pl.col("stretch") == pl.col("first_stretch")
    upper = pl.when(is_last).then("ends").otherwise("closes")
    lower = pl.when(is_first).then("begins").otherwise("opens")
    return each.with_columns(billed_units=upper - lower)
