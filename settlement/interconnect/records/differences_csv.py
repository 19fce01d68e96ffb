"""The calls of a cause as CSV, a line each; instants are in UTC.

A text that a program which opens tables would take for a formula gets an apostrophe in front: a
carrier writes the numbers and names of its own records.
"""

from typing import Final

import polars as pl

TOLD_BY_OTHERS: Final = ("record_ours", "record_theirs", "calling", "called", "destination")


def differences_csv(listed: pl.DataFrame) -> str:
    """The CSV of `explained.DIFFERENCES`, with a line that names the columns."""
    return listed.with_columns(
        pl.col(TOLD_BY_OTHERS).str.replace(r"^([=+@\t\r-])", "'${1}"),
        pl.col("started_ours", "started_theirs").dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ"),
    ).write_csv()
