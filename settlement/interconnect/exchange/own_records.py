"""Our records of an agreement and month, as they are exchanged: rated charges beside their calls.

A record is one event in one direction. Its seconds are the billed ones, nothing for what is not
timed; its amount is exact but for the twelfth decimal. Days are those on which it was charged, by
the agreement's clocks; an hour beside the month stands on its first or its last day, as in the
declaration.
"""

from datetime import date
from typing import Final

import polars as pl

from currencies.amounts import from_3600, totals
from settlement.interconnect.declaring import DIRECTION_OF
from statements.exchange.bucket_hash import in_order, number_text
from statements.exchange.message import RECORDS

EVENT: Final = ("batch_id", "line", "balance")
# The calls behind charges, by batch and line.
CALLS: Final = pl.Schema(
    {"batch_id": pl.String(), "line": pl.Int64(), "a_number": pl.String(), "b_number": pl.String()}
)


def own_records(
    charges: pl.DataFrame, calls: pl.DataFrame, first: date, last: date
) -> pl.DataFrame:
    """Frame of RECORDS, told from our side and in order, of the charges of one agreement."""
    timed = pl.when(pl.col("kind") == "voice").then("billed_units").otherwise(0)
    events = totals(
        charges.with_columns(timed=timed),
        EVENT,
        "amount_3600",
        pl.col("timed").sum(),
        pl.col("occurred_at", "occurred_on", "trunk", "destination").sort_by("part").first(),
    )
    called = events.join(calls, on=["batch_id", "line"], how="left", maintain_order="left")
    records = called.select(
        record_id=pl.format("{}:{}", "batch_id", "line"),
        calling=number_text(pl.col("a_number")),
        called=number_text(pl.col("b_number")),
        started_at="occurred_at",
        seconds="timed",
        amount=from_3600(pl.col("amount_3600")),
        direction=pl.col("balance").cast(pl.String).replace_strict(DIRECTION_OF),
        trunk="trunk",
        destination="destination",
        day=pl.col("occurred_on").clip(first, last),
        corrects=pl.lit(None, pl.String),
    )
    return in_order(records.cast(dict(RECORDS)))  # type: ignore[arg-type]
