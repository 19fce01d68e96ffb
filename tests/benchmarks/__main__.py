"""Run every benchmark, write `results.json`: `python -m tests.benchmarks --output DIR`."""

import argparse
import json
from pathlib import Path

from tests.benchmarks import loading, rating
from tests.benchmarks.measuring import written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("bench-output"))
    parser.add_argument("--rows", type=int, default=5_000_000)
    asked = parser.parse_args()
    results = [rating.run(asked.rows), *loading.run()]
    written(results, asked.output)
    print(json.dumps(results, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
