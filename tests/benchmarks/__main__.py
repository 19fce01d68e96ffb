"""Run every benchmark, write `results.json`: `python -m tests.benchmarks --output DIR`.

With fewer `--rows` every benchmark is smaller in proportion: a look at whether all of them run.
"""

import argparse
import json
from pathlib import Path

from settlement.app.benchmark.bench import write_report
from tests.benchmarks import (
    billing,
    documents,
    exchange_xml,
    file_to_charge_lines,
    loading,
    matching_records,
    rating,
    statements,
)
from tests.benchmarks.measuring import written

ROWS = 5_000_000
ROWS_OF_A_CUSTOMER = 500
ROWS_OF_A_BILL = 250
ROWS_OF_A_LINE_ON_PAPER = 100
ROWS_OF_A_PARTNER = 5_000
ROWS_OF_AN_EXCHANGED_RECORD = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"))
    parser.add_argument("--rows", type=int, default=ROWS)
    asked = parser.parse_args()
    months = file_to_charge_lines.run([asked.rows])
    write_report(months, asked.output)
    results = [
        rating.run(asked.rows),
        *loading.run(max(asked.rows // ROWS_OF_A_CUSTOMER, 1)),
        *statements.run(max(asked.rows // ROWS_OF_A_PARTNER, 1), asked.rows),
        *billing.run(max(asked.rows // ROWS_OF_A_BILL, 1)),
        *documents.run(max(asked.rows // ROWS_OF_A_LINE_ON_PAPER, 1)),
        *exchange_xml.run(asked.rows // ROWS_OF_AN_EXCHANGED_RECORD),
        *matching_records.run(asked.rows // ROWS_OF_AN_EXCHANGED_RECORD),
        *file_to_charge_lines.told(months),
    ]
    written(results, asked.output)
    print(json.dumps(results, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
