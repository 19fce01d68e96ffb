"""Prices of a section as lint compares them: by place, slot of the week and clipped dates.

A place is a prefix, or a zone where prices are by zone. Columns: place, key (its number), band,
priority, begins, ends (half-open dates within the version), and row, their number among the prices
of the section.
"""

import polars as pl

from settlement.catalogue.bands import Week
from settlement.catalogue.lint.moments import Span


def rate_rows(rates: pl.DataFrame, span: Span, by_zone: bool) -> pl.DataFrame:
    """Prices with the dates on which they hold while a version does; an empty span where never."""
    named = rates.with_columns(place="destination" if by_zone else "prefix")
    keys = named.select(pl.col("place").unique(maintain_order=True)).with_row_index("key")
    return (
        named.with_row_index("row")
        .join(keys, on="place", maintain_order="left")
        .select(
            "row",
            "place",
            pl.col("key").cast(pl.Int64),
            "band",
            "priority",
            begins=pl.col("valid_from").fill_null(span.begins).clip(lower_bound=span.begins),
            ends=pl.col("valid_until").fill_null(span.ends).clip(upper_bound=span.ends),
        )
    )


def by_slot(rows: pl.DataFrame, week: Week) -> pl.DataFrame:
    """A row for each slot of the week in which a price holds; slot 0 stands for all without bands.

    Prices in bands that are not defined are in no slot.
    """
    if not is_banded(rows):
        return rows.with_columns(slot=pl.lit(0, pl.Int64))
    names = sorted({name for slot in week.slots for name in slot})
    held: list[tuple[str | None, int]] = [
        (name, slot) for slot, bands in enumerate(week.slots) for name in names if name in bands
    ]
    held += [(None, slot) for slot in range(len(week.slots))]
    slots = pl.DataFrame(held, schema={"band": pl.String, "slot": pl.Int64}, orient="row")
    return rows.join(slots, on="band", how="inner", nulls_equal=True)


def is_banded(rows: pl.DataFrame) -> bool:
    """Whether any price holds in a band only."""
    return rows["band"].null_count() < rows.height
