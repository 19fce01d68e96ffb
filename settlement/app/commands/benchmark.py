"""The command that measures: a month of a switch, from its files to postings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from settlement.app.benchmark.bench import run_once, write_report
from settlement.app.benchmark.measures import measures
from settlement.app.console import FOUND_SOMETHING, Answer, Office, answers, show


@click.command()
@click.option(
    "--records",
    "sizes",
    multiple=True,
    default=[5_000_000],
    show_default=True,
    type=click.IntRange(min=1_000),
    help="How many records; several sizes are compared.",
)
@click.option("--repeat", default=1, show_default=True, type=click.IntRange(min=1))
@click.option("--output", default="bench-output", show_default=True, type=click.Path())
@answers
def bench(office: Office, sizes: tuple[int, ...], repeat: int, output: str) -> Answer:
    """Measure speed and memory against rewriting the same files; also as a page and a picture.

    Each size needs about 700 bytes of disk a record, and a database server of its own.
    """
    runs: list[Mapping[str, Any]] = []
    with office.progress("runs") as moved:
        for size in (size for size in sorted(sizes) for _ in range(repeat)):
            moved(len(runs), repeat * len(sizes))
            runs.append(run_once(size))
            # What is done is told also where the next size does not fit the machine.
            write_report(runs, Path(output))
    found = measures(runs)
    show(
        office,
        [
            {
                "what": each.what,
                "measured": each.measured,
                "spread": each.spread,
                "bar": each.bar,
                "met": {True: "yes", False: "no", None: ""}[each.is_met],
            }
            for each in found
        ],
    )
    if any(each.is_met is False for each in found):
        raise SystemExit(FOUND_SOMETHING)
    return None
