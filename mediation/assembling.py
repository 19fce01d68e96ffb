"""Parts of one call become one call, before any other rule looks at them (R05).

A long call is reported as it runs: 610 s, 610 s, 17 s. Rated as three calls at 60/60 it would be 23
minutes; it is one call of 1,237 s, 21 minutes. Start, numbers, trunks and account are those of the
first part, the duration is the sum. A call is complete when the part marked last is there and
every part before it; until then its parts wait in suspense as INCOMPLETE.

Some sources write no figures for the parts. Where the last part says only when the call ended, the
call lasted from its first part until then. Where it states the figures of the whole call (`total`),
those hold, and its other reports are set aside, however many have come or are to come.

Parts may come in several files. The call then belongs to the batch that completed it, and stands
there at the first line that is a part of it.
"""

from typing import Final, NamedTuple

import polars as pl

from mediation.normalising import SECONDS_MAX
from mediation.single_values import gathered

INCOMPLETE: Final = "INCOMPLETE"


class Assembled(NamedTuple):
    """`calls`: whole calls and records that never were parts. `incomplete`: parts that wait.

    `incomplete` has a `reason`: INCOMPLETE, or BAD_DURATION where the call ends before it begins or
    lasts longer than any call does. `parts` says of each part that found its call: batch_id, line,
    call_line. `stated` are the calls with stated figures: call_id, line.
    """

    calls: pl.DataFrame
    incomplete: pl.DataFrame
    parts: pl.DataFrame
    stated: pl.DataFrame


def assemble(records: pl.DataFrame, batch_id: str) -> Assembled:
    """Join parts of calls; records are normalised, free of faults and of duplicates.

    Args:
        batch_id: the batch that is being taken in, and to which completed calls belong.
    """
    is_part = pl.col("call_id").is_not_null()
    if records["call_id"].null_count() == records.height:
        none = records.clear()
        return Assembled(
            calls=in_line_order(records),
            incomplete=none.with_columns(reason=pl.lit(None, pl.String)),
            parts=none.select("batch_id", "line", call_line="line"),
            stated=none.select("call_id", "line"),
        )
    parts = records.filter(is_part).sort("call_id", "part")
    parts = parts.with_columns(lasted=_seconds(), is_told=_any_says("total"))
    numbered = pl.col("part").n_unique().over("call_id") == pl.len().over("call_id")
    unbroken = pl.col("part").max().over("call_id") == pl.len().over("call_id")
    ended = pl.col("last").last().over("call_id") & (pl.col("last").sum().over("call_id") == 1)
    is_whole = pl.col("is_told") | (numbered & unbroken & ended)
    is_believable = ~_any_says("end") | pl.col("lasted").is_between(0, SECONDS_MAX)
    completed_here = (pl.col("batch_id") == batch_id).any().over("call_id")
    is_ready = is_whole & is_believable & completed_here
    ready = parts.filter(is_ready).with_columns(
        call_line=pl.col("line").filter(pl.col("batch_id") == batch_id).min().over("call_id")
    )
    waiting = pl.when(is_whole & ~is_believable).then(pl.lit("BAD_DURATION"))
    return Assembled(
        calls=pl.concat([records.filter(~is_part), _calls(ready, batch_id, records.columns)]).sort(
            "line"
        ),
        incomplete=parts.filter(~is_ready)
        .with_columns(reason=waiting.otherwise(pl.lit(INCOMPLETE)))
        .select(*records.columns, "reason"),
        parts=ready.select("batch_id", "line", "call_line"),
        stated=ready.filter("is_told").select("call_id", line="call_line").unique(),
    )


def in_line_order(records: pl.DataFrame) -> pl.DataFrame:
    """Records by their lines, as most stand already."""
    lines = records["line"]
    return records if lines.is_sorted() else gathered(records, lines.arg_sort())


def _any_says(word: str) -> pl.Expr:
    return (pl.col("says") == word).any().over("call_id")


def _seconds() -> pl.Expr:
    """What a call lasted: its parts together, or from its first part until its end."""
    began = pl.col("occurred_at").first().over("call_id")
    ended = pl.col("occurred_at").last().over("call_id")
    return (
        pl.when(_any_says("end"))
        .then((ended - began).dt.total_seconds())
        .otherwise(pl.col("duration_seconds").sum().over("call_id"))
    )


def _calls(ready: pl.DataFrame, batch_id: str, columns: list[str]) -> pl.DataFrame:
    summed = ready.with_columns(
        line=pl.col("call_line"),
        batch_id=pl.lit(batch_id),
        event_id=pl.col("call_id"),
        record_key=pl.col("call_id"),
        arrived_at=pl.col("arrived_at").max().over("call_id"),
        duration_seconds=pl.when("is_told").then("duration_seconds").otherwise("lasted"),
        # The bytes of a session add up; a call is one call in any number of parts.
        quantity=pl.when(pl.col("kind").is_in(["data", "meter"]) & ~pl.col("is_told"))
        .then(pl.col("quantity").sum().over("call_id"))
        .otherwise(pl.col("quantity")),
    )
    counted = summed.filter(~pl.col("is_told") | (pl.col("says") == "total").fill_null(False))
    return counted.unique("call_id", keep="first", maintain_order=True).select(columns)
