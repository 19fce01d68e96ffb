"""Do a run of a tenant's queue in a process that a failpoint kills."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from settlement.app.jobs import JOBS
from tenants.clock import HeldClock
from tenants.jobs.service import do_run
from tenants.persistence.database import Database
from tenants.randomness import SeededRandomness
from tenants.settings import settings_from_environment
from tests.conftest import NOON
from tests.world import a_tenant


def do(url: str, home: str, run: UUID, seed: int) -> None:
    """Do this run on the database of a test, whose files lie in `home`."""
    settings = replace(settings_from_environment(), data_folder=Path(home), secret_key="test")
    database = Database(url, settings, HeldClock(NOON), SeededRandomness(seed))
    do_run(database, JOBS, a_tenant("alpha").id, run)
