"""Read the records that a carrier sends as CSV, whole or not at all; each bad line has its reason.

    record_id,calling,called,started_at,seconds,amount,direction,trunk,destination
    A-1,+353861234567,48601234567,2026-10-01T12:00:00Z,61,0.0305,outgoing,TR-1,Poland

A first line names the columns, in any order. A line is a record; cells may be quoted. The calling
number may be empty. Instants name their offset from UTC. Amounts are decimals with a point, in the
agreement's currency, never in exponent form. Directions are told from the sender's side and are
turned round here, once: what it calls outgoing is incoming to us.

Every line is looked at before anything is refused. A comparison without the bad lines would tell
their calls as missing on the other side, which they are not.
"""

import csv
from collections.abc import Iterator
from typing import Final

import polars as pl

from currencies.amounts import AMOUNT, times_3600
from i18n.errors import Invalid
from i18n.locale import Several, Words, _
from settlement.interconnect.records.matched import Month
from settlement.interconnect.records.record_frame import INSTANT, RECORDS, assert_records

COLUMNS: Final = (
    "record_id", "calling", "called", "started_at", "seconds", "amount", "direction", "trunk",
    "destination",
)  # fmt: skip
MOST_SAID: Final = 20

# The first pattern that a cell does not fit is the reason. A name begins with a letter or digit, so
# that no program that opens a table of them takes it for a formula.
_NAME: Final = r"^[\p{L}\p{N}][\p{L}\p{N}\p{P}\p{S} ]{0,99}$"
_NUMBER: Final = r"^(\+|00)?[0-9]{3,15}$"
PATTERNS: Final = {
    "record_id": _NAME,
    "calling": rf"^$|{_NUMBER}",
    "called": _NUMBER,
    "started_at": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$",
    "seconds": r"^[0-9]{1,7}$",
    "amount": r"^[0-9]{1,12}(\.[0-9]{1,12})?$",
    "direction": r"^(incoming|outgoing)$",
    "trunk": _NAME,
    "destination": _NAME,
}


class RecordsMisread(Invalid):
    """The file of records cannot be read: {reason}. Its first line names the columns {columns}."""


class RecordsRefused(Invalid):
    """{count} lines of the file of records are refused: {findings}. Nothing of it is taken in.
    Correct them and send it again.
    """


def read_records(content: bytes, month: Month) -> pl.DataFrame:
    """RECORDS told from our side; `month` is what they must touch.

    Raises RecordsMisread, and RecordsRefused with the first lines and what is wrong in each: a
    column, `cells` for too many or too few, `outside` for what does not touch the month.
    """
    lines = _text(content).splitlines()
    names = _cells(lines[0]) if lines else None
    if names is None or sorted(names) != sorted(COLUMNS):
        raise RecordsMisread(reason=Words(_("the columns are others")), columns=", ".join(COLUMNS))
    cells = pl.DataFrame(
        list(_rows(lines[1:], len(names))),
        schema={"line": pl.Int64} | dict.fromkeys(names, pl.String),
        orient="row",
    )
    judged = _judged(cells, month)
    bad = judged.filter(pl.col("reason").is_not_null()).select("line", "reason")
    if bad.height:
        first = bad.head(MOST_SAID).rows()
        said = (Words(_("line {line}: {why}"), line=line, why=reason) for line, reason in first)
        raise RecordsRefused(count=bad.height, findings=Several(said))
    return assert_records(_records(judged))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RecordsMisread(
            reason=Words(_("it is not UTF-8")), columns=", ".join(COLUMNS)
        ) from None


def _rows(lines: list[str], width: int) -> Iterator[tuple[object, ...]]:
    """The cells of each line that is not empty; none where there are too many or too few."""
    for number, line in enumerate(lines, 2):
        if line:
            cells = _cells(line)
            found = cells if cells is not None and len(cells) == width else [None] * width
            yield (number, *found)


def _cells(line: str) -> list[str] | None:
    try:
        return next(csv.reader([line], strict=True), None)
    except csv.Error:
        return None


def _judged(cells: pl.DataFrame, month: Month) -> pl.DataFrame:
    """Each line with the reason to refuse it, or none."""
    started = pl.col("started_at").str.replace("Z$", "+00:00")
    at = started.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", strict=False)
    read = cells.with_columns(
        at=at.dt.convert_time_zone("UTC"), lasts=pl.col("seconds").cast(pl.Int64, strict=False)
    )
    ends = pl.col("at") + pl.duration(seconds="lasts")
    outside = (pl.col("at") > month.ends_at) | (ends < month.starts_at)
    faults = {name: ~pl.col(name).str.contains(pattern) for name, pattern in PATTERNS.items()}
    reasons = {"cells": pl.col("record_id").is_null()} | faults
    found = [pl.when(fault).then(pl.lit(reason)) for reason, fault in reasons.items()]
    found.append(pl.when(pl.col("at").is_null()).then(pl.lit("started_at")))
    found.append(pl.when(outside).then(pl.lit("outside")))
    return read.with_columns(reason=pl.coalesce(found))


def _records(read: pl.DataFrame) -> pl.DataFrame:
    turned = pl.col("direction").replace({"incoming": "outgoing", "outgoing": "incoming"})
    return read.select(
        "record_id",
        turned,
        pl.col("calling").str.replace(r"^(\+|00)", ""),
        pl.col("called").str.replace(r"^(\+|00)", ""),
        pl.col("at").cast(INSTANT).alias("started_at"),
        pl.col("lasts").alias("seconds"),
        times_3600(pl.col("amount").cast(AMOUNT)).alias("amount_3600"),
        "trunk",
        "destination",
    ).select(RECORDS.names())
