"""Our own records of a month with a carrier: rated charges, with the numbers of the usage behind.

The parts of one call are one record. A message has no billed seconds.
"""

import polars as pl

from currencies.amounts import totals
from settlement.interconnect.declaring import DIRECTION_OF
from settlement.interconnect.records.record_frame import RECORDS, assert_records

CALL = ("batch_id", "line")
NUMBERS = ("a_number", "b_number")


def our_records(charges: pl.DataFrame, usage: pl.DataFrame) -> pl.DataFrame:
    """The records (RECORDS) of the rated charges of one agreement.

    `charges` are rated_batch.RATED of the carrier's side; `usage` says the numbers of each call by
    `batch_id` and `line`. A call whose usage is not known has no numbers.
    """
    voice = pl.when(pl.col("kind") == "voice").then("billed_units").otherwise(0)
    by = (*CALL, "balance", "record_key", "occurred_at", "trunk")
    calls = totals(
        charges.sort("part").with_columns(billed=voice),
        by,
        "amount_3600",
        pl.col("billed").sum().alias("seconds"),
        pl.col("destination").first(),
    )
    told = calls.join(usage.select(*CALL, *NUMBERS), on=CALL, how="left", maintain_order="left")
    direction = pl.col("balance").cast(pl.String).replace_strict(DIRECTION_OF)
    found = told.select(
        record_id="record_key",
        direction=direction.cast(pl.String),
        calling=pl.col("a_number").fill_null(""),
        called=pl.col("b_number").fill_null(""),
        started_at="occurred_at",
        seconds="seconds",
        amount_3600="amount_3600",
        trunk=pl.col("trunk").fill_null(""),
        destination=pl.col("destination").fill_null(""),
    )
    return assert_records(found.select(RECORDS.names()))
