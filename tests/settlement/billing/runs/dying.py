"""Do the runs of a tenant's queue in a process that a failpoint kills.

python -m tests.settlement.billing.runs.dying DATABASE HOME RUN SEED
"""

import sys
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

if __name__ == "__main__":
    url, home, run, seed = sys.argv[1:]
    settings = replace(settings_from_environment(), data_folder=Path(home), secret_key="test")
    database = Database(url, settings, HeldClock(NOON), SeededRandomness(int(seed)))
    do_run(database, JOBS, a_tenant("alpha").id, UUID(run))
