"""Run every benchmark, write `results.json`: `python -m tests.benchmarks --output DIR`."""

import argparse
import json
from pathlib import Path

from settlement.app.benchmark.bench import write_report
from tests.benchmarks import (
    exchange_xml,
    file_to_charge_lines,
    loading,
    matching_records,
    rating,
    statements,
)
from tests.benchmarks.measuring import written

RECORDS_EXCHANGED = 1_000_000
RECORDS_MATCHED = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"))
    parser.add_argument("--rows", type=int, default=5_000_000)
    asked = parser.parse_args()
    months = file_to_charge_lines.run([asked.rows])
    write_report(months, asked.output)
    results = [
        rating.run(asked.rows),
        *loading.run(),
        *statements.run(),
        *exchange_xml.run(RECORDS_EXCHANGED),
        *matching_records.run(RECORDS_MATCHED),
        *file_to_charge_lines.told(months),
    ]
    written(results, asked.output)
    print(json.dumps(results, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
