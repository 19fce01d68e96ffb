"""Records of the two-step exchange: written to XML and read back, in one process, streaming."""

import datetime as dt
import json
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from statements.document import Period
from statements.exchange.bucket_hash import in_order
from statements.exchange.message import RECORDS, Header
from statements.exchange.reading import read_message
from statements.exchange.writing import write_records
from tests.benchmarks.measuring import in_own_process, measured

DAYS = 31
MEMORY_MB = 500
HEADER = Header(
    "B-1", None, "Atlantic", "Alpha", "IC-atlantic",
    Period(dt.date(2026, 10, 1), dt.date(2026, 11, 1)), "UTC", "XDR",
    dt.datetime(2026, 11, 3, tzinfo=dt.UTC), 1,
)  # fmt: skip


def run(rows: int) -> list[dict[str, Any]]:
    """Results of writing and of reading, each with the highest memory of its process."""
    found = in_own_process("tests.benchmarks.exchange_xml", str(rows))["results"]
    return [each | {"wanted_memory_mb": MEMORY_MB} for each in found]


def frames(rows: int) -> Iterator[pl.DataFrame]:
    """Records of a month in order, a bucket for each day, made day by day."""
    for day in range(DAYS):
        count = rows * (day + 1) // DAYS - rows * day // DAYS
        number = pl.int_range(count, eager=True)
        begins = dt.datetime(2026, 10, day + 1, tzinfo=dt.UTC)
        yield in_order(
            pl.DataFrame({"number": number})
            .select(
                record_id=pl.format("{}:{}", pl.lit(f"b{day}"), "number"),
                calling=pl.format("48601{}", 100_000 + pl.col("number") * 7919 % 900_000),
                called=pl.format("35312{}", 100_000 + pl.col("number") * 104_729 % 900_000),
                started_at=pl.lit(begins)
                + pl.duration(microseconds=pl.col("number") * 86_400_000_000 // (count + 1)),
                seconds=pl.col("number") % 600 + 1,
                amount=(pl.col("number") % 600 + 1).cast(RECORDS["amount"])
                * pl.lit(Decimal("0.0005"), RECORDS["amount"]),
                direction=pl.lit("incoming"),
                trunk=pl.lit("TR-1"),
                destination=pl.lit("Poland"),
                day=pl.lit(begins.date()),
                corrects=pl.lit(None, pl.String),
            )
            .cast(dict(RECORDS))  # type: ignore[arg-type]
        )


def _results(rows: int, place: Path) -> list[dict[str, Any]]:
    counted = 0

    def write() -> None:
        with place.open("wb") as out:
            write_records(out, HEADER, frames(rows))

    def read() -> None:
        nonlocal counted

        def keep(frame: pl.DataFrame) -> None:
            nonlocal counted
            counted += frame.height

        with place.open("rb") as content:
            read_message(content, keep)

    written = {"name": "exchange XML: write records", "rows": rows, **measured(write)}
    read_back = {"name": "exchange XML: read records", "rows": rows, **measured(read)}
    assert counted == rows, "every record is read back"
    return [{**each, "megabytes": place.stat().st_size >> 20} for each in (written, read_back)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps({"results": _results(int(sys.argv[1]), Path(folder) / "records.xml")}))  # noqa: T201
