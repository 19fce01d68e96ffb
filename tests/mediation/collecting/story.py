"""Fetch what has come, in a process that may be killed on the way.

Run as a module with the database, the home folder and the minutes since noon.
"""

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path

from mediation.collecting.jobs import collect
from settlement.app.console import AtOnce
from tenants.clock import HeldClock
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.randomness import SeededRandomness
from tenants.settings import settings_from_environment
from tests.conftest import NOON
from tests.world import a_tenant


def main(url: str, home: str, minutes: str) -> None:
    clock = HeldClock(NOON + dt.timedelta(minutes=int(minutes)))
    settings = replace(settings_from_environment(), data_folder=Path(home))
    database = Database(url, settings, clock, SeededRandomness(int(minutes) + 1))
    collect(AtOnce(database, a_tenant("alpha").id, SYSTEM, {}, lambda done, total: None))
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
