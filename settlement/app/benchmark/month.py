"""A month from the files of a switch to charge lines and postings, through the real services.

Decode, normalise, compare with 90 days of keys, land; rate both sides with bands, increments, tiers
and an allowance; share among three partners; write rated Parquet; charge lines and shares into
PostgreSQL; close, which posts what is owed. Then the month is rated again by order.

    python -m settlement.app.benchmark.month FOLDER-OF-FILES
"""

import json
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

import polars as pl

from mediation import service as mediation
from mediation.keys import service as keys
from mediation.sources import service as sources
from settlement.app.benchmark.memory import PeakMemory
from settlement.app.benchmark.operator import MONTH, SOURCE, TENANT, set_up
from settlement.app.benchmark.place import BenchPlace, a_place
from settlement.app.benchmark.records import event_ids
from settlement.app.reading_ahead import read_ahead
from settlement.periods import service as periods
from settlement.rating.runs import service as rating_runs
from tenants.cycles import seldom_look_for_cycles
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading, transaction

# Keys of 90 days stand beside the keys of a month: three times as many.
MONTHS_OF_KEYS: Final = 3
MONTH_SECONDS: Final = 31 * 86_400
# Numbers that no batch of the month is given.
FIRST_OLD_BATCH: Final = 2**31
KEYS_AT_A_TIME: Final = 1_000_000
SAMPLE: Final = "sample.parquet"
SAMPLED: Final = 20_000

Result = TypeVar("Result")


class Steps:
    """Work in transactions, and the seconds of each step until it was committed."""

    def __init__(self, place: BenchPlace) -> None:
        self._place = place
        self.seconds: dict[str, float] = {}

    def take(self, step: str, work: Callable[[TenantSession], Result]) -> Result:
        """Do one piece of a step, and add up how long it took."""
        began = time.perf_counter()
        with transaction(self._place.database, TENANT.id, SYSTEM, "bench.step") as session:
            result = work(session)
        self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - began
        return result


def measured_month(folder: Path) -> dict[str, Any]:
    """Take a month in, rate it, close it and rate it again; what took how long, and how much.

    The rated charges of the first file's first records are left in the folder, to be compared.
    """
    files = sorted(folder.glob("Master-*.csv"), key=lambda place: int(place.stem[7:]))
    with a_place() as place:
        steps = Steps(place)
        steps.take("set up", set_up)
        _remember_90_days(steps, sum(_lines(each) for each in files))
        began = time.perf_counter()
        with PeakMemory(place.server_process) as peak:
            found = _through(place, steps, files)
            whole = time.perf_counter() - began
            first = found.pop("first_batch")
            steps.take("write sample", partial(_write_sample, folder, first))
            steps.take("rate again", lambda session: periods.re_rate(session, MONTH, "benchmark"))
    return {
        "seconds": whole,
        "steps": {step: round(seconds, 2) for step, seconds in steps.seconds.items()},
        "peak_memory_mb": peak.mb,
        **found,
    }


def _through(place: BenchPlace, steps: Steps, files: list[Path]) -> dict[str, Any]:
    """What is measured: from files to postings."""
    batches = []
    ahead = read_ahead(lambda: reading(place.database, TENANT.id, SYSTEM), SOURCE, files)
    with closing(ahead):
        for path, begun in ahead:
            take_in = partial(
                mediation.ingest,
                source_code=SOURCE,
                file_name=path.name,
                content=begun,
            )
            batches.append(steps.take("take in", take_in))
    run = steps.take("rate and share", lambda session: periods.rate(session, MONTH))
    steps.take("close and post", lambda session: periods.close(session, MONTH, "benchmark"))
    totals = {
        name: sum(getattr(batch, name) for batch in batches)
        for name in ("records", "landed", "rejected", "duplicate", "suspended")
    }
    return totals | {
        "first_batch": batches[0].id,
        "rated": run.rated,
        "unbillable": run.unbillable,
        "charge_lines": run.lines,
    }


def _remember_90_days(steps: Steps, records: int) -> None:
    """The keys of three months before this one, as their batches left them."""

    def remember(session: TenantSession, number: int, first: int) -> None:
        source_id = sources.the_source(session, SOURCE).id
        count = min(KEYS_AT_A_TIME, MONTHS_OF_KEYS * records - first)
        kept = event_ids(first, count, MONTHS_OF_KEYS * MONTH_SECONDS).to_frame()
        lines = pl.int_range(1, count + 1, dtype=pl.Int64).alias("line")
        keys.remember(session, source_id, FIRST_OLD_BATCH + number, kept.with_columns(lines))

    for number, first in enumerate(range(0, MONTHS_OF_KEYS * records, KEYS_AT_A_TIME)):
        steps.take("set up", partial(remember, number=number, first=first))


def _write_sample(folder: Path, batch_id: UUID, session: TenantSession) -> None:
    of_first = (pl.col("batch_id") == str(batch_id)) & (pl.col("line") <= SAMPLED)
    period_id = periods.period(session, MONTH).id
    rating_runs.some_rated_charges(session, period_id, of_first).write_parquet(folder / SAMPLE)


def _lines(place: Path) -> int:
    with place.open("rb") as content:
        return sum(piece.count(b"\n") for piece in iter(partial(content.read, 2**24), b""))


if __name__ == "__main__":
    # So that whoever ends this process ends its server too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # As every command does.
    seldom_look_for_cycles()
    print(json.dumps(measured_month(Path(sys.argv[1]))))  # noqa: T201
