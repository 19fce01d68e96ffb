"""Both ways over the same records: how long the naive one takes, and that it comes to the same."""

import time
from pathlib import Path
from typing import Any

import polars as pl

from settlement.app.benchmark.naive import Charged, charges_of


class WaysDiffer(AssertionError):
    """The naive way and the rated charges of the same records are not the same."""


def compared(first_file: Path, sample: Path, lines: int) -> dict[str, Any]:
    """Seconds of the naive way for so many lines, after comparing all charges of both ways."""
    began = time.perf_counter()
    naive = charges_of(first_file, lines)
    seconds = time.perf_counter() - began
    rated = _rated(pl.read_parquet(sample))
    apart = [key for key in naive.keys() | rated.keys() if naive.get(key) != rated.get(key)]
    if apart:
        first = min(apart)
        ways = f"naive {naive.get(first)}, rated {rated.get(first)}"
        raise WaysDiffer(f"{len(apart)} charges differ, the first {first}: {ways}")
    return {"lines": lines, "seconds": round(seconds, 3), "charges": len(naive)}


def _rated(charges: pl.DataFrame) -> dict[tuple[str, str], Charged]:
    summed = charges.group_by("record_key", pl.col("side").cast(pl.String)).agg(
        pl.col("free_units", "billed_units", "amount_3600").sum()
    )
    return {(key, side): Charged(*measures) for key, side, *measures in summed.iter_rows()}
