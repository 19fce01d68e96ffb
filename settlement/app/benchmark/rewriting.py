"""What the month is measured against: Polars reads the same files and writes them as Parquet.

python -m settlement.app.benchmark.rewriting FOLDER-OF-FILES
"""

import json
import sys
from pathlib import Path

import polars as pl

from settlement.app.benchmark.running import measured


def rewrite(folder: Path) -> None:
    """Read each file with the types that Polars finds in it, and write it."""
    for place in sorted(folder.glob("Master-*.csv")):
        frame = pl.read_csv(place, has_header=False, infer_schema_length=1_000)
        frame.write_parquet(place.with_suffix(".parquet"))


if __name__ == "__main__":
    print(json.dumps(measured(lambda: rewrite(Path(sys.argv[1])))))  # noqa: T201
