"""Which case of a section each leg is priced by: the first whose conditions all hold."""

from collections.abc import Iterator

import polars as pl

from settlement.catalogue.conditions import A_PREFIX, Conditions
from settlement.catalogue.section import Section


def by_case(
    section: Section, legs: pl.DataFrame, usage: pl.DataFrame
) -> Iterator[tuple[Section, pl.DataFrame]]:
    """Legs by the section of their case, or by the section itself where no case holds.

    Conditions look at the usage record, which `row` of a leg numbers.
    """
    if not section.cases:
        yield section, legs
        return
    asked = {name for case in section.cases for name in case.when}
    columns = {"a_number" if name == A_PREFIX else name for name in asked}
    facts = usage.select(sorted(columns))[legs["row"]]
    held = pl.coalesce(
        pl.when(_holds(case.when)).then(number) for number, case in enumerate(section.cases)
    )
    number = facts.select(held.fill_null(len(section.cases)).alias("case"))["case"]
    for place, each in enumerate((*(case.section for case in section.cases), section)):
        own = legs.filter(number == place)
        if not own.is_empty():
            yield each, own


def _holds(conditions: Conditions) -> pl.Expr:
    return pl.all_horizontal(
        _begins_with(values) if name == A_PREFIX else pl.col(name).is_in(values)
        for name, values in conditions.items()
    )


def _begins_with(prefixes: tuple[str, ...]) -> pl.Expr:
    return pl.any_horizontal(pl.col("a_number").str.starts_with(each) for each in prefixes)
