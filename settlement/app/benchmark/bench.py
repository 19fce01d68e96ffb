"""Run the benchmark: write the files, rewrite them, take the month through, rewrite them again.

What is compared is compared within one run, because other work on the machine slows both.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from settlement.app.benchmark.comparing import compared
from settlement.app.benchmark.machine import machine
from settlement.app.benchmark.measures import measures
from settlement.app.benchmark.month import SAMPLE, SAMPLED
from settlement.app.benchmark.picture import picture
from settlement.app.benchmark.records import write_files
from settlement.app.benchmark.running import in_own_process

PACKAGE: Final = "settlement.app.benchmark"
# The files are rewritten so many times before the month and after it: once takes a third longer
# than another time, and the month, which takes six times as long, does not vary as much.
REWRITTEN: Final = 3


def run_once(records: int) -> dict[str, Any]:
    """Measure one size once."""
    with tempfile.TemporaryDirectory(prefix="saldo-bench-") as name:
        folder = Path(name)
        files = write_files(folder, records)
        before = _rewriting(name)
        month = in_own_process(f"{PACKAGE}.month", name)
        rewriting = [*before, *_rewriting(name)]
        lines = min(SAMPLED, records)
        naive = compared(files[0], folder / SAMPLE, lines)
    return {
        "records": records,
        "files": len(files),
        "rewriting_seconds": median(rewriting),
        "rewriting": rewriting,
        "month": month,
        "naive": naive,
    }


def _rewriting(folder: str) -> list[float]:
    return [in_own_process(f"{PACKAGE}.rewriting", folder)["seconds"] for _ in range(REWRITTEN)]


def write_report(runs: Sequence[Mapping[str, Any]], output: Path) -> None:
    """Write the figures as JSON, as a page, and as a picture."""
    output.mkdir(parents=True, exist_ok=True)
    on = machine()
    told = {"machine": on, "runs": runs}
    (output / "bench.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    (output / "bench.svg").write_text(picture(runs, on), encoding="utf-8")
    (output / "bench.md").write_text(_page(runs, on), encoding="utf-8")


def _page(runs: Sequence[Mapping[str, Any]], on: Mapping[str, str]) -> str:
    rows = [
        f"| {each.what} | {each.measured} | {each.spread} | {each.bar} | {_said(each.is_met)} |"
        for each in measures(runs)
    ]
    return "\n".join(
        (
            "| what | measured | spread | bar | met |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "Machine: " + ", ".join(f"{name} {value}" for name, value in on.items()) + ".",
            "",
        )
    )


def _said(is_met: bool | None) -> str:
    return {True: "yes", False: "**no**", None: ""}[is_met]
