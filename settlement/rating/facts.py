"""What the kernel reads of a usage record, as whole numbers; and what makes one unfit to rate."""

from typing import Final

import polars as pl

from settlement.catalogue.measures import LARGEST_MEASURE, MEASURED
from settlement.rating.prefixes import number_keys

# A longer call is a fault of its source; and each of its days would be laid out.
LONGEST_CALL_SECONDS: Final = 100 * 86_400
# With these bounds no price that can be written makes a charge that does not fit 38 digits. Bytes
# and watt hours are many: for them it is the price that is bounded, when it is read.
LARGEST_QUANTITY: Final = 10**7
LARGEST_AMOUNT: Final = 10**15


def facts_of(usage: pl.DataFrame, *, with_order: bool, is_in_order: bool = False) -> pl.DataFrame:
    """Number the records and take what pricing needs; `order` is event time, then event id.

    Where usage `is_in_order` already, that is the number of the record.

    `units` are seconds of a call and what the quantity counts of anything else; `fault` is a reason
    or null.
    """
    timed = pl.col("kind") == "voice"
    counted = pl.col("kind").is_in(["voice", "sms"])
    units = pl.when(timed).then("duration_seconds").otherwise("quantity")
    facts = usage.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        "kind",
        "direction",
        "account",
        "trunk_in",
        "trunk_out",
        "product",
        "amount",
        "currency",
        start=pl.col("occurred_at").dt.epoch("s"),
        units=units,
        number=pl.when(counted).then(number_keys(pl.col("b_number"))).otherwise(0),
        is_unbillable=_is_unbillable(timed),
        fault=_fault(timed),
    )
    if with_order:
        facts = facts.with_columns(order="row" if is_in_order else _order(usage))
    return facts


def _is_unbillable(timed: pl.Expr) -> pl.Expr:
    """A call that lasted no second, a meter that has counted nothing since it was last read."""
    unmoved = (pl.col("kind") == "meter") & (pl.col("quantity") == 0)
    return ((timed & (pl.col("duration_seconds") == 0)) | unmoved).fill_null(False)


def _fault(timed: pl.Expr) -> pl.Expr:
    duration = pl.col("duration_seconds")
    measured = pl.col("kind").is_in(MEASURED)
    largest = pl.when(measured).then(LARGEST_MEASURE).otherwise(LARGEST_QUANTITY)
    return (
        pl.when(pl.col("occurred_at").is_null())
        .then(pl.lit("NO_TIME"))
        .when(timed & duration.is_null())
        .then(pl.lit("NO_DURATION"))
        .when(timed & ~duration.is_between(0, LONGEST_CALL_SECONDS))
        .then(pl.lit("BAD_DURATION"))
        .when((pl.col("kind") == "meter") & (pl.col("quantity") < 0))
        .then(pl.lit("READING_WENT_BACK"))
        .when(~pl.col("quantity").is_between(0, largest))
        .then(pl.lit("BAD_QUANTITY"))
        .when(pl.col("amount").abs() >= LARGEST_AMOUNT)
        .then(pl.lit("AMOUNT_TOO_LARGE"))
    )


def _order(usage: pl.DataFrame) -> pl.Series:
    """The place of each record by event time, then by event id as bytes (rule R31)."""
    # Texts are compared as UTF-8 bytes. Ids are unique within a source, so the source decides last.
    ordered = (
        usage.select("occurred_at", "record_key", "source")
        .with_row_index("row")
        .sort("occurred_at", "record_key", "source")
        .with_row_index("order")
    )
    return ordered.sort("row")["order"]
