"""The calls of a cause as CSV, a line each; instants are in UTC."""

import polars as pl

from statements.csv_writing import csv_text


def differences_csv(listed: pl.DataFrame) -> str:
    """The CSV of `explained.DIFFERENCES`, with a line that names the columns.

    A carrier writes the numbers and names of its own records, so they are guarded like all texts.
    """
    said = listed.with_columns(
        pl.col("started_ours", "started_theirs").dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ")
    )
    return csv_text(said.columns, said.iter_rows())
