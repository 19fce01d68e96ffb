"""The hash by which two operators see that they have the same records of a bucket.

    48221000001|353123456|2026-10-01T12:00:00Z|61|0.0305

One such line for each record, ended by a line feed, the lines in the order of their code points;
the hash is the SHA-256 of their UTF-8 text. The instant is cut to whole seconds, because switches
differ below that. The id of a record is not in it: each side has its own.
"""

import hashlib
from typing import Any, Final

import polars as pl

from currencies.amounts import SCALE, totals
from statements.exchange.message import BucketKey, BucketTotal, Figures

KEY: Final = ("day", "direction", "trunk", "destination")
UNFIT_IN_NUMBERS: Final = r"[^!-{}~]"
LONGEST_NUMBER: Final = 80


def number_text(number: pl.Expr) -> pl.Expr:
    """A number as messages carry it: what cannot stand there is an underscore, null is empty."""
    return number.fill_null("").str.replace_all(UNFIT_IN_NUMBERS, "_").str.slice(0, LONGEST_NUMBER)


def amount_text(amount: pl.Expr) -> pl.Expr:
    """An amount in its one form: no exponent, no zeros at the end, no negative zero."""
    digits = amount.to_physical()
    size = digits.abs()
    one = pl.lit(10**SCALE, pl.Int128)
    whole = (size // one).cast(pl.String)
    part = (size % one).cast(pl.String).str.zfill(SCALE).str.strip_chars_end("0")
    sign = pl.when(digits < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    point = pl.when(part == "").then(pl.lit("")).otherwise(pl.lit("."))
    return pl.concat_str(sign, whole, point, part)


def canonical_line() -> pl.Expr:
    """The line of each record of a frame of RECORDS, without its line feed."""
    return pl.concat_str(
        "calling",
        "called",
        pl.col("started_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        pl.col("seconds").cast(pl.String),
        amount_text(pl.col("amount")),
        separator="|",
    )


def in_order(records: pl.DataFrame) -> pl.DataFrame:
    """Records in the order in which they are hashed and sent: by bucket, then by their lines."""
    lined = records.with_columns(line=canonical_line())
    return lined.sort(*KEY, "line", "record_id").drop("line")


def bucket_totals(records: pl.DataFrame) -> list[BucketTotal]:
    """The control totals of records (a frame of RECORDS), one for each bucket, in order."""
    lined = records.with_columns(line=canonical_line())
    summed = totals(
        lined,
        KEY,
        "amount",
        pl.len().alias("records"),
        pl.col("seconds").sum(),
        pl.col("line").sort().str.join("\n"),
        pl.col("corrects").first(),
    )
    return [_total(row) for row in summed.sort(KEY).iter_rows(named=True)]


def _total(row: dict[str, Any]) -> BucketTotal:
    return BucketTotal(
        key=BucketKey(row["day"], row["direction"], row["trunk"], row["destination"]),
        figures=Figures(row["records"], row["seconds"], row["amount"]),
        hash=hashlib.sha256(f"{row['line']}\n".encode()).hexdigest(),
        corrects=row["corrects"],
    )
