"""Parts of one call become one call, before any other rule looks at them (R05).

A long call is reported as it runs: 610 s, 610 s, 17 s. Rated as three calls at 60/60 it would be 23
minutes; it is one call of 1,237 s, 21 minutes. Start, numbers, trunks and account are those of the
first part, the duration is the sum. A call is complete when the part marked last is there and
every part before it; until then its parts wait in suspense as INCOMPLETE.
"""

from typing import NamedTuple

import polars as pl


class Assembled(NamedTuple):
    """`calls`: whole calls and records that never were parts. `incomplete`: parts that wait.

    `parts` says where each part went: batch_id, line, call_batch_id, call_line.
    """

    calls: pl.DataFrame
    incomplete: pl.DataFrame
    parts: pl.DataFrame


def assemble(records: pl.DataFrame) -> Assembled:
    """Join parts of calls; records are normalised, free of faults and of duplicates."""
    is_part = pl.col("call_id").is_not_null()
    whole = records.filter(~is_part)
    parts = records.filter(is_part).sort("call_id", "part")
    # The same part twice with other content has been judged before; here a number comes once.
    complete = pl.col("part").max().over("call_id") == pl.len().over("call_id")
    ended = pl.col("last").last().over("call_id") & (pl.col("last").sum().over("call_id") == 1)
    judged = parts.with_columns(is_complete=complete & ended)
    ready = judged.filter("is_complete").drop("is_complete")
    first = pl.all().exclude("call_id").first()
    calls = (
        ready.with_columns(
            duration_seconds=pl.col("duration_seconds").sum().over("call_id"),
            quantity=pl.col("quantity").sum().over("call_id")
            if _counts_pieces(ready)
            else pl.col("quantity"),
        )
        .group_by("call_id", maintain_order=True)
        .agg(first)
        .with_columns(event_id=pl.col("call_id"), record_key=pl.col("call_id"))
        .select(records.columns)
    )
    return Assembled(
        calls=pl.concat([whole, calls]).sort("batch_id", "line"),
        incomplete=judged.filter(~pl.col("is_complete")).select(records.columns),
        parts=ready.select(
            "batch_id",
            "line",
            call_batch_id=pl.col("batch_id").first().over("call_id"),
            call_line=pl.col("line").first().over("call_id"),
        ),
    )


def _counts_pieces(ready: pl.DataFrame) -> bool:
    return bool((ready["kind"] == "data").any())
