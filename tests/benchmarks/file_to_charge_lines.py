"""A month of a switch from its files to charge lines and postings, as `saldo bench` measures it.

python -m tests.benchmarks.file_to_charge_lines [--records 5000000] [--repeat 1] [--output DIR]
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from settlement.app.benchmark.bench import run_once, write_report
from settlement.app.benchmark.measures import RATIO_BAR
from tests.benchmarks.measuring import written

RECORDS = 5_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, action="append")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("bench-output"))
    asked = parser.parse_args()
    runs = run(asked.records or [RECORDS], asked.repeat)
    write_report(runs, asked.output)
    written(told(runs), asked.output)


def run(sizes: Sequence[int], repeat: int = 1) -> list[dict[str, Any]]:
    """Measure each size so many times."""
    return [run_once(size) for size in sorted(sizes) for _ in range(repeat)]


def told(runs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The last run of each size, as results.json holds it."""
    return [
        {
            "name": "take a month of a switch from its files to postings",
            "rows": each["records"],
            "seconds": round(each["month"]["seconds"], 3),
            "baseline_seconds": each["rewriting_seconds"],
            "ratio": round(each["month"]["seconds"] / each["rewriting_seconds"], 2),
            "bar": RATIO_BAR,
            "peak_memory_mb": each["month"]["peak_memory_mb"],
        }
        for each in {run["records"]: run for run in runs}.values()
    ]


if __name__ == "__main__":
    main()
