"""Change cells of drafts by a rule, as the database does it with records that wait."""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from mediation.repairing.rule import Change


class Cells(NamedTuple):
    """The target cell of a record before and after; an empty text is a cell that is not there."""

    before: str
    after: str


def touched(change: Change, drafts: pl.DataFrame) -> dict[int, Cells]:
    """What a rule would make of these drafts, by line; records that would stay are left out."""
    told = drafts.select("line", cell=change.field, target=change.target)
    found = {
        line: Cells(target or "", change.becomes(cell or ""))
        for line, cell, target in told.iter_rows()
        if change.matches(cell or "")
    }
    return {line: cells for line, cells in found.items() if cells.before != cells.after}


def with_cells(drafts: pl.DataFrame, target: str, anew: Mapping[int, Cells]) -> pl.DataFrame:
    """The drafts of these lines with their new cells as written; they are doubted no more."""
    told = pl.DataFrame(
        [(line, cells.after or None) for line, cells in anew.items()],
        schema={"line": pl.Int64(), "anew": pl.String()},
        orient="row",
    )
    return (
        drafts.join(told, on="line", maintain_order="left")
        .with_columns(pl.col("anew").alias(target), doubt=pl.lit(None, pl.String))
        .select(drafts.columns)
    )
