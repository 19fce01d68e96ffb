"""A database server and a folder of files for one benchmark, both gone afterwards."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from settlement.migrations.upgrading import upgrade
from tenants.clock import HeldClock
from tenants.persistence import launcher
from tenants.persistence.database import Database, place_on
from tenants.persistence.programs import find_programs
from tenants.randomness import SeededRandomness
from tenants.settings import settings_from_environment

AFTER_THE_MONTH: Final = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class BenchPlace:
    """Where a benchmark runs: its database, a folder of its own, the server's process."""

    database: Database
    folder: Path
    server_process: int


@contextmanager
def a_place() -> Iterator[BenchPlace]:
    """A server with the usual settings, that loses nothing when the machine fails."""
    folder = Path(tempfile.mkdtemp(prefix="saldo-bench-"))
    folder.chmod(0o755)
    settings = settings_from_environment()
    server = launcher.start(find_programs(settings.postgres), folder / "server")
    try:
        place = place_on(server, "bench")
        upgrade(place)
        home = replace(settings, data_folder=folder / "home", secret_key="bench")  # noqa: S106
        clock = HeldClock(AFTER_THE_MONTH)
        database = Database(place.application_url, home, clock, SeededRandomness(1))
        yield BenchPlace(database, folder, _process(server))
        database.close()
    finally:
        launcher.stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def _process(server: launcher.Server) -> int:
    return int((server.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
