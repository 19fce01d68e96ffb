"""Records as messages of the two-step exchange carry them, made ready to be compared."""

import polars as pl

from currencies.amounts import times_3600
from settlement.interconnect.records.record_frame import RECORDS, assert_records


def from_messages(records: pl.DataFrame) -> pl.DataFrame:
    """The records (record_frame.RECORDS) of `statements.exchange.message.RECORDS`.

    Numbers lose what stands before the country, as in files of records.
    """
    digits = pl.col("calling", "called").str.replace(r"^(\+|00)", "")
    found = records.with_columns(digits, amount_3600=times_3600(pl.col("amount"))).with_columns(
        pl.col("calling", "called", "trunk", "destination").fill_null("")
    )
    return assert_records(found.select(RECORDS.names()))
