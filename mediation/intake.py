"""One batch, sorted out: what lands, what waits, what is dropped, and where every record went.

The steps in their order: compare with everything kept before, set aside what has a fault, join the
parts of calls (with parts that waited in earlier batches), and account for every record.
"""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from mediation.assembling import INCOMPLETE, assemble, in_line_order
from mediation.duplicates import judge_duplicates
from mediation.key_hashes import KEY_HASH
from mediation.normalising import RECORD_SCHEMA
from mediation.usage import USAGE_SCHEMA, assert_usage

OUTCOMES_SCHEMA: dict[str, pl.DataType] = {
    "batch_id": pl.String(),
    "line": pl.Int64(),
    "outcome": pl.String(),
    "reason": pl.String(),
    "event_id": pl.String(),
    "record_key": pl.String(),
    "payload_digest": pl.String(),
    "call_line": pl.Int64(),
}
# What two payloads may differ in and usage does not hold, see `told_by_usage`.
UNTOLD = ("cause", "last", "written_trunk_in", "written_trunk_out")
UNTOLD_SCHEMA = {name: RECORD_SCHEMA[name] for name in UNTOLD}
SUSPENDED_SCHEMA: dict[str, pl.DataType] = {
    "batch_id": pl.String(),
    "line": pl.Int64(),
    "reason": pl.String(),
    "detail": pl.String(),
    "record_key": pl.String(),
    "payload_digest": pl.String(),
    "occurred_at": USAGE_SCHEMA["occurred_at"],
}


class SortedOut(NamedTuple):
    """`usage` is canonical and lands; `suspended` has SUSPENDED_SCHEMA; `outcomes` one row for each
    record of the batch, with UNTOLD besides where digests were left out, and with KEY_HASH where
    it is known; `released` names (batch_id, line) the waiting parts whose call is whole; `stated`
    the calls (call_id, line) whose figures were stated, so that they need no other part.
    """

    usage: pl.DataFrame
    suspended: pl.DataFrame
    outcomes: pl.DataFrame
    released: pl.DataFrame
    stated: pl.DataFrame


def no_records() -> pl.DataFrame:
    return pl.DataFrame(schema=RECORD_SCHEMA)


def joined(pieces: Sequence[SortedOut]) -> SortedOut:
    """A batch that was sorted out in pieces, each compared with `kept_of` those before it."""
    if len(pieces) == 1:
        return pieces[0]
    usage, suspended, outcomes, released, stated = zip(*pieces, strict=True)
    return SortedOut(
        usage=pl.concat(usage),
        suspended=pl.concat(suspended),
        outcomes=pl.concat(outcomes, how="diagonal").sort("line"),
        released=pl.concat(released),
        stated=pl.concat(stated),
    )


def sort_out(
    batch_id: str,
    records: pl.DataFrame,
    rejected: pl.DataFrame,
    earlier: pl.DataFrame,
    waiting: pl.DataFrame,
) -> SortedOut:
    """Sort out one batch.

    Args:
        records: normalised, in the order of the file.
        rejected: line and reason of records that nobody could read.
        earlier: keys of records kept before (`duplicates.KEYS_SCHEMA`).
        waiting: normalised parts of calls from earlier batches, still without their call.
    """
    # Columns whose pieces end at different rows make polars 2.1 panic in the texts built below.
    judged = judge_duplicates(records.rechunk(), earlier).with_columns(
        reason=pl.when(pl.col("verdict") == "reused")
        .then(pl.lit("ID_REUSED"))
        .otherwise(pl.col("fault"))
    )
    is_kept = judged["verdict"] != "duplicate"
    sound = judged.select(RECORD_SCHEMA.keys()).filter(is_kept & judged["reason"].is_null())
    assembled = assemble(pl.concat([waiting, sound]), batch_id)
    incomplete = assembled.incomplete.filter(pl.col("batch_id") == batch_id).with_columns(
        detail=pl.when(pl.col("reason") == INCOMPLETE)
        .then(pl.format("part {} of call {} waits for the others", "part", "call_id"))
        .otherwise(pl.format("part {} of call {} does not fit the others", "part", "call_id")),
    )
    faulty = judged.filter(is_kept & judged["reason"].is_not_null()).with_columns(detail=_detail())
    suspended = pl.concat(
        [frame.select(list(SUSPENDED_SCHEMA)) for frame in (faulty, incomplete)]
    ).sort("line")
    own_parts = assembled.parts.filter(pl.col("batch_id") == batch_id)
    return SortedOut(
        usage=assert_usage(assembled.calls.select(USAGE_SCHEMA.keys())),
        suspended=suspended,
        outcomes=_outcomes(batch_id, judged, suspended, rejected, own_parts),
        released=_released(assembled.parts, records),
        stated=assembled.stated,
    )


def _released(parts: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """The parts that are none of these records, but of earlier batches."""
    if parts.is_empty():
        return parts
    return parts.join(records, on=["batch_id", "line"], how="anti")


def _detail() -> pl.Expr:
    reused = pl.format("event_id: {} came before with other content", pl.col("event_id"))
    return pl.when(pl.col("verdict") == "reused").then(reused).otherwise(pl.col("detail"))


def _outcomes(
    batch_id: str,
    judged: pl.DataFrame,
    suspended: pl.DataFrame,
    rejected: pl.DataFrame,
    parts: pl.DataFrame,
) -> pl.DataFrame:
    columns = OUTCOMES_SCHEMA | (UNTOLD_SCHEMA if judged["payload_digest"].null_count() else {})
    columns |= {KEY_HASH: pl.UInt64()} if KEY_HASH in judged.columns else {}
    waits_for = _by_line(suspended["line"], suspended["reason"])
    is_again = pl.col("verdict") == "duplicate"
    read = judged.select("verdict", *(name for name in columns if name in judged.columns))
    read = read.with_columns(
        outcome=pl.when(is_again)
        .then(pl.lit("duplicate"))
        .when(waits_for.is_not_null())
        .then(pl.lit("suspended"))
        .otherwise(pl.lit("landed")),
        reason=pl.when(~is_again).then(waits_for),
        call_line=_by_line(parts["line"], parts["call_line"]),
    )
    unread = rejected.select(
        "line", "reason", batch_id=pl.lit(batch_id), outcome=pl.lit("rejected")
    )
    accounted = pl.concat([read.select(list(columns)), unread], how="diagonal")
    return in_line_order(accounted).cast(pl.Schema(columns))


def _by_line(lines: pl.Series, values: pl.Series) -> pl.Expr:
    """The value of each record's line; nothing for other lines, which are nearly all."""
    return pl.col("line").replace_strict(lines, values, default=None, return_dtype=values.dtype)
