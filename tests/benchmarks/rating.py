"""Rate and split landed voice calls against a large deck, against reading and writing the result.

Landed usage is Parquet in files of half a million records. Each file is rated on both sides against
a deck of 100,000 prefixes and each customer charge is split among four payees, event by event; the
rated batch is written as Parquet. The baseline reads that Parquet and writes it again with the same
compression. Every step runs in a process of its own, so that its memory is its own.

    python -m tests.benchmarks.rating [--rows 5000000] [--output bench-output]
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from mediation.usage import USAGE_SCHEMA
from settlement.agreements.share_parts import Part
from settlement.agreements.sharing_terms import SharingTerms
from settlement.catalogue.rate_deck import RATES
from settlement.catalogue.tariff import tariff_from_plain
from settlement.rating.charging import minor_units_of_parts
from settlement.rating.kernel import rate
from settlement.rating.rated_batch import RatedBatch
from settlement.rating.snapshot import SUBSCRIPTIONS, TRUNKS, RatingSnapshot
from settlement.sharing.sharing_events import share_events
from tests.benchmarks.measuring import in_own_process, measured, written

BAR = 4.0
FILE_ROWS = 500_000
PREFIXES = 100_000
CUSTOMERS = 10_000
COMPRESSION = "zstd"

TERMS = SharingTerms(
    owner="operator",
    shares=(
        Part("label", Decimal("0.30")),
        Part("aggregator", Decimal("0.125")),
        Part("studio", Decimal("0.0333")),
    ),
)
VOICE = {"deck": "world", "first_increment": 60, "next_increment": 30, "connection_fee": "0.02"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--output", type=Path, default=Path("bench-output"))
    parser.add_argument("--step", choices=["land", "rate", "baseline"])
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.step is None:
        written([run(asked.rows)], asked.output)
        return
    steps = {"land": land, "rate": rate_all, "baseline": rewrite_all}
    found = measured(lambda: steps[asked.step](asked.folder, asked.rows))
    print(json.dumps(found))  # noqa: T201


def run(rows: int) -> dict[str, object]:
    """Measure one size; the result is what results.json holds of it."""
    with tempfile.TemporaryDirectory(prefix="saldo-bench-") as name:
        arguments = ("--folder", name, "--rows", str(rows), "--step")
        in_own_process("tests.benchmarks.rating", *arguments, "land")
        rating = in_own_process("tests.benchmarks.rating", *arguments, "rate")
        baseline = in_own_process("tests.benchmarks.rating", *arguments, "baseline")
    ratio = rating["seconds"] / baseline["seconds"]
    return {
        "name": "rate and split voice calls",
        "rows": rows,
        "seconds": rating["seconds"],
        "baseline_seconds": baseline["seconds"],
        "ratio": round(ratio, 2),
        "bar": BAR,
        "peak_memory_mb": rating["peak_memory_mb"],
    }


def land(folder: Path, rows: int) -> None:
    """Write usage the way mediation lands it: both sides, a month, numbers all over the deck."""
    for number, first in enumerate(range(0, rows, FILE_ROWS)):
        usage = calls(first, min(FILE_ROWS, rows - first), number)
        usage.write_parquet(folder / f"usage-{number:03d}.parquet", compression=COMPRESSION)


def rate_all(folder: Path, rows: int) -> None:
    """Rate, split and write each landed file."""
    known = snapshot()
    for landed in sorted(folder.glob("usage-*.parquet")):
        batch = rate(pl.read_parquet(landed), known)
        assert batch.suspended.is_empty(), batch.suspended.head(3)
        for side, rated in by_side(batch):
            target = folder / landed.name.replace("usage", f"rated-{side}")
            rated.write_parquet(target, compression=COMPRESSION)


def rewrite_all(folder: Path, rows: int) -> None:
    """What the machine needs to read the rated batch and write it again."""
    for rated in sorted(folder.glob("rated-*.parquet")):
        frame = pl.read_parquet(rated)
        frame.write_parquet(folder / f"again-{rated.name}", compression=COMPRESSION)


def by_side(batch: RatedBatch) -> Iterator[tuple[str, pl.DataFrame]]:
    """The rated charges of each side; the customer's with the share of each partner."""
    charges = batch.charges
    customer = charges.filter(pl.col("side") == "customer")
    shares = share_events(minor_units_of_parts(customer), "EUR", TERMS)
    yield "customer", pl.concat([customer, shares], how="horizontal")
    yield "carrier", charges.filter(pl.col("side") == "carrier")


def calls(first: int, count: int, batch: int) -> pl.DataFrame:
    """Outgoing calls of a month, spread evenly by multiplication with large primes."""
    place = pl.int_range(first, first + count, dtype=pl.Int64)

    def spread(prime: int, size: int) -> pl.Expr:
        return (place * prime) % size

    start = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp())
    account = (spread(7_368_787, CUSTOMERS) + 48_600_000_000).cast(pl.String)
    called = (spread(982_451_653, 89_999) + 10_000).cast(pl.String)
    rest = (spread(32_452_867, 9_000_000) + 1_000_000).cast(pl.String)
    columns = {name: pl.lit(None, kind) for name, kind in USAGE_SCHEMA.items()} | {
        "source": pl.lit("switch"),
        "batch_id": pl.lit(f"00000000-0000-4000-8000-{batch:012d}"),
        "line": place + 1 - first,
        "record_key": pl.lit("call-") + place.cast(pl.String).str.zfill(10),
        "kind": pl.lit("voice"),
        "direction": pl.lit("outgoing"),
        "a_number": account,
        "b_number": called + rest,
        "account": account,
        "trunk_out": pl.lit("T") + (spread(15_485_863, 4) + 1).cast(pl.String),
        "occurred_at": pl.from_epoch(
            (start + spread(15_485_867, 31 * 86_400)) * 1_000_000, time_unit="us"
        ).dt.replace_time_zone("UTC"),
        "duration_seconds": spread(49_979_687, 1_200) + 1,
        "quantity": pl.lit(1, pl.Int64),
        "arrived_at": pl.lit(datetime(2026, 11, 1, tzinfo=UTC), USAGE_SCHEMA["arrived_at"]),
        "unit": pl.lit("piece"),
    }
    columns["event_id"] = columns["record_key"]
    return pl.select(**columns).cast(dict(USAGE_SCHEMA))


def deck(factor: int) -> pl.DataFrame:
    """Prefixes of one to five digits and nearly all of five: nested, about 100,000 of them."""
    prefixes = [str(number) for number in range(1, PREFIXES)]
    return pl.DataFrame({"prefix": prefixes}).select(
        "prefix",
        destination=pl.lit("Destination ") + pl.col("prefix").str.slice(0, 3),
        price=(pl.col("prefix").cast(pl.Int64) % 997 * factor).cast(pl.Decimal(38, 0))
        * pl.lit(Decimal("0.00001")).cast(pl.Decimal(38, 12)),
        band=pl.lit(None, pl.String),
        priority=pl.lit(0, pl.Int64),
        valid_from=pl.lit(None, pl.Date),
        valid_until=pl.lit(None, pl.Date),
        connection_fee=pl.lit(None, RATES["connection_fee"]),
        first_increment=pl.lit(None, pl.Int64),
        next_increment=pl.lit(None, pl.Int64),
    )


def snapshot() -> RatingSnapshot:
    """Ten thousand customers of one tariff, four trunks of two carriers."""
    numbers = pl.int_range(CUSTOMERS, eager=True)
    subscriptions = pl.DataFrame({"number": numbers}).select(
        identifier=(pl.col("number") + 48_600_000_000).cast(pl.String),
        subscription=pl.lit("S") + pl.col("number").cast(pl.String),
        contract=pl.lit("K") + pl.col("number").cast(pl.String),
        customer=pl.lit("C") + pl.col("number").cast(pl.String),
        tariff=pl.lit("retail"),
        zone=pl.lit("Europe/Warsaw"),
        valid_from=pl.lit(date(2026, 1, 1)),
        valid_until=pl.lit(None, pl.Date),
    )
    trunks = pl.DataFrame(
        [
            {
                "trunk": f"T{number}",
                "direction": "outgoing",
                "agreement": f"I{(number + 1) // 2}",
                "carrier": f"carrier-{(number + 1) // 2}",
                "tariff": "wholesale",
                "zone": "UTC",
            }
            for number in range(1, 5)
        ],
        schema=TRUNKS,
    )
    version = {"currency": "EUR", "valid_from": "2026-01-01"}
    tariffs = [
        tariff_from_plain({"code": "retail", "voice": VOICE, **version}),
        tariff_from_plain({"code": "wholesale", "voice": {"deck": "cost"}, **version}),
    ]
    decks = {"world": deck(3), "cost": deck(1)}
    return RatingSnapshot(subscriptions.cast(dict(SUBSCRIPTIONS)), trunks, tariffs, decks)


if __name__ == "__main__":
    main()
