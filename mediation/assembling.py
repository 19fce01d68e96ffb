"""Parts of one call become one call, before any other rule looks at them (R05).

A long call is reported as it runs: 610 s, 610 s, 17 s. Rated as three calls at 60/60 it would be 23
minutes; it is one call of 1,237 s, 21 minutes. Start, numbers, trunks and account are those of the
first part, the duration is the sum. A call is complete when the part marked last is there and
every part before it; until then its parts wait in suspense as INCOMPLETE.

Parts may come in several files. The call then belongs to the batch that completed it, and stands
there at the first line that is a part of it.
"""

from typing import NamedTuple

import polars as pl


class Assembled(NamedTuple):
    """`calls`: whole calls and records that never were parts. `incomplete`: parts that wait.

    `parts` says of each part that found its call: batch_id, line, call_line.
    """

    calls: pl.DataFrame
    incomplete: pl.DataFrame
    parts: pl.DataFrame


def assemble(records: pl.DataFrame, batch_id: str) -> Assembled:
    """Join parts of calls; records are normalised, free of faults and of duplicates.

    Args:
        batch_id: the batch that is being taken in, and to which completed calls belong.
    """
    is_part = pl.col("call_id").is_not_null()
    parts = records.filter(is_part).sort("call_id", "part")
    numbered = pl.col("part").n_unique().over("call_id") == pl.len().over("call_id")
    unbroken = pl.col("part").max().over("call_id") == pl.len().over("call_id")
    ended = pl.col("last").last().over("call_id") & (pl.col("last").sum().over("call_id") == 1)
    completed_here = (pl.col("batch_id") == batch_id).any().over("call_id")
    is_ready = numbered & unbroken & ended & completed_here
    ready = parts.filter(is_ready).with_columns(
        call_line=pl.col("line").filter(pl.col("batch_id") == batch_id).min().over("call_id")
    )
    return Assembled(
        calls=pl.concat([records.filter(~is_part), _calls(ready, batch_id, records.columns)]).sort(
            "line"
        ),
        incomplete=parts.filter(~is_ready),
        parts=ready.select("batch_id", "line", "call_line"),
    )


def _calls(ready: pl.DataFrame, batch_id: str, columns: list[str]) -> pl.DataFrame:
    summed = ready.with_columns(
        line=pl.col("call_line"),
        batch_id=pl.lit(batch_id),
        event_id=pl.col("call_id"),
        record_key=pl.col("call_id"),
        arrived_at=pl.col("arrived_at").max().over("call_id"),
        duration_seconds=pl.col("duration_seconds").sum().over("call_id"),
        # The bytes of a session add up; a call is one call in any number of parts.
        quantity=pl.when(pl.col("kind").is_in(["data", "meter"]))
        .then(pl.col("quantity").sum().over("call_id"))
        .otherwise(pl.col("quantity")),
    )
    return summed.unique("call_id", keep="first", maintain_order=True).select(columns)
