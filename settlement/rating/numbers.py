"""Which number a section's prices are found by: the one called, or the one that calls."""

import polars as pl

from settlement.catalogue.section import Section
from settlement.rating.price_list import number_keys


def searched_by(section: Section, legs: pl.DataFrame, usage: pl.DataFrame) -> pl.DataFrame:
    """Legs with the `number` that their section looks at; facts say the number called."""
    if section.rated_number == "called":
        return legs
    caller = usage["a_number"].gather(legs["row"]).to_frame()
    return legs.with_columns(caller.select(number=number_keys(pl.col("a_number"))))
