"""Records of two sides read, matched, explained and written as XML, beside a join of the two files.

Theirs are ours without 2 %, with as many of their own, 3 % of the starts a second off and 1 % of
the calls ten seconds longer. Each figure is taken in a process of its own.
"""

import datetime as dt
import json
import sys
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl

from settlement.interconnect.records.differences_xml import Heading, differences_xml
from settlement.interconnect.records.explained import explain_records
from settlement.interconnect.records.matched import Month, matched
from settlement.interconnect.records.record_frame import RECORDS, assert_records
from tests.benchmarks.measuring import in_own_process, measured

MONTH: Final = Month(
    dt.datetime(2026, 10, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
)
HEADING: Final = Heading("Alpha", "Atlantic", "IC-atlantic", "2026-10", "EUR", 2, "seconds")
KEY: Final = ("direction", "calling", "called", "started_at")
TIMES_THE_JOIN: Final = 20
MEMORY_MB: Final = 3_072
A_MONTH: Final = 31 * 86_400
PRICE_3600: Final = Decimal(3)


def run(rows: int) -> list[dict[str, Any]]:
    """Results of the join and of the comparison, and how many times longer it took."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("make", "join", "compare"):
            found = in_own_process("tests.benchmarks.matching_records", name, str(rows), folder)
            if name == "join":
                joined = found
        return [
            joined,
            found
            | {
                "times_the_join": round(found["seconds"] / joined["seconds"], 1),
                "wanted_times_the_join": TIMES_THE_JOIN,
                "wanted_memory_mb": MEMORY_MB,
            },
        ]


def ours(rows: int) -> pl.DataFrame:
    """Calls of a month, incoming and outgoing, a few between the same two numbers."""
    n = pl.col("n")
    seconds = n % 600 + 1
    found = pl.DataFrame({"n": pl.int_range(rows, eager=True)}).select(
        record_id=pl.format("A-{}", n),
        direction=pl.when(n % 2 == 0).then(pl.lit("incoming")).otherwise(pl.lit("outgoing")),
        calling=pl.format("48601{}", 100_000 + n * 7919 % 300_000),
        called=pl.format("35312{}", 100_000 + n * 7919 % 300_000),
        started_at=pl.lit(MONTH.starts_at)
        + pl.duration(seconds=60 + n * 104_729 % (A_MONTH - 900)),
        seconds=seconds,
        amount_3600=seconds.cast(RECORDS["amount_3600"]) * pl.lit(PRICE_3600),
        trunk=pl.lit("TR-1"),
        destination=pl.lit("Poland"),
    )
    return assert_records(found.cast(dict(RECORDS)))  # type: ignore[arg-type]


def theirs(mine: pl.DataFrame) -> pl.DataFrame:
    """The same calls as the other side has them, in another order."""
    n = pl.col("n")
    longer = pl.when(n % 100 == 7).then(10).otherwise(0)
    numbered = mine.with_row_index("n").cast({"n": pl.Int64})
    known = numbered.filter(n % 50 != 3)
    # Calls that only they have go to numbers that we have never called.
    own = numbered.filter(n % 50 == 3).with_columns(called=pl.lit("9") + pl.col("called"))
    found = pl.concat([known, own]).select(
        record_id=pl.format("B-{}", n),
        direction="direction",
        calling="calling",
        called="called",
        started_at=pl.col("started_at")
        + pl.duration(seconds=pl.when(n % 100 < 3).then(1).otherwise(0)),
        seconds=pl.col("seconds") + longer,
        amount_3600=pl.col("amount_3600") + longer.cast(RECORDS["amount_3600"]) * PRICE_3600,
        trunk="trunk",
        destination="destination",
    )
    in_another_order = found.sort(pl.col("record_id").hash(7))
    return assert_records(in_another_order.cast(dict(RECORDS)))  # type: ignore[arg-type]


def _make(rows: int, folder: Path) -> dict[str, Any]:
    mine = ours(rows)
    mine.write_parquet(folder / "ours.parquet")
    theirs(mine).write_parquet(folder / "theirs.parquet")
    return {}


def _join(rows: int, folder: Path) -> dict[str, Any]:
    def join() -> None:
        mine, their = (pl.read_parquet(folder / f"{side}.parquet") for side in ("ours", "theirs"))
        assert mine.join(their, on=KEY).height > rows // 2

    return {"name": "records: join two files on their key", "rows": rows, **measured(join)}


def _compare(rows: int, folder: Path) -> dict[str, Any]:
    path = folder / "differences.xml"
    calls: Counter[str] = Counter()

    def compare() -> None:
        mine, their = (pl.read_parquet(folder / f"{side}.parquet") for side in ("ours", "theirs"))
        pairs = matched(mine, their, HEADING.tolerance_seconds, MONTH)
        explained, listed = explain_records(mine, their, pairs, HEADING.currency)
        with path.open("wb") as file:
            file.writelines(differences_xml(HEADING, explained, listed))
        for each in explained:
            calls.update({name.value: found for name, found in each.classes.items()})

    found = {"name": "records: matched, explained, written as XML", "rows": rows}
    found |= measured(compare) | {"megabytes": path.stat().st_size >> 20}
    assert (calls["missing_ours"], calls["missing_theirs"]) == (rows // 50, rows // 50), calls
    assert calls["out_of_tolerance"] == rows // 100, calls
    return found


if __name__ == "__main__":
    step = {"make": _make, "join": _join, "compare": _compare}[sys.argv[1]]
    print(json.dumps(step(int(sys.argv[2]), Path(sys.argv[3]))))  # noqa: T201
