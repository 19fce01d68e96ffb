"""Which number a section's prices are found by: called or calling, and ported or not."""

import polars as pl

from settlement.catalogue.section import Section
from settlement.rating.porting import Porting
from settlement.rating.prefixes import number_keys


def searched_by(
    section: Section, legs: pl.DataFrame, usage: pl.DataFrame, porting: Porting | None
) -> pl.DataFrame:
    """Legs with the `number` that their section looks at; facts say the number called."""
    if section.source not in ("rates", "deck"):
        return legs
    if section.rated_number == "caller":
        caller = usage["a_number"].gather(legs["row"]).to_frame()
        legs = legs.with_columns(caller.select(number=number_keys(pl.col("a_number"))))
    if porting is not None and section.portability == "as_of_call":
        legs = legs.with_columns(number=porting.at(legs["number"], legs["start"]))
    return legs
