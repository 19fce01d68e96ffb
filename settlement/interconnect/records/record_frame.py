"""The columns in which single calls of one side are compared, whoever told them.

    record_id     how the side that has the record names it
    direction     incoming or outgoing, told from our side
    calling, called   digits of E.164; a call without a number has an empty text
    started_at    the answer of the call, UTC
    seconds       billed seconds; 0 for a message
    amount_3600   the charge in the agreement's currency times 3600, exact (`currencies.amounts`)
    trunk, destination   as the agreement and the price list name them

One row is one call, priced as a whole.
"""

from typing import Final

import polars as pl

from currencies.amounts import AMOUNT

INSTANT: Final = pl.Datetime("us", "UTC")

RECORDS: Final = pl.Schema(
    {
        "record_id": pl.String(),
        "direction": pl.String(),
        "calling": pl.String(),
        "called": pl.String(),
        "started_at": INSTANT,
        "seconds": pl.Int64(),
        "amount_3600": AMOUNT,
        "trunk": pl.String(),
        "destination": pl.String(),
    }
)


def no_exchanged_records() -> pl.DataFrame:
    """Records of nothing."""
    return pl.DataFrame(schema=RECORDS)


def assert_records(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame when it is records of calls; one that is not is our own mistake."""
    assert frame.schema == RECORDS, f"not the columns of records: {frame.schema}"
    assert not any(frame[name].null_count() for name in RECORDS.names()), "a record is complete"
    assert frame["direction"].is_in(["incoming", "outgoing"]).all(), "an unknown direction"
    return frame
