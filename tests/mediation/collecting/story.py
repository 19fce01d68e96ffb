"""Fetch what has come, in a process that may be killed on the way."""

import datetime as dt
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


def fetch(url: str, home: str, minutes: int) -> None:
    """Collect some minutes after noon, with files in the home folder."""
    clock = HeldClock(NOON + dt.timedelta(minutes=minutes))
    settings = replace(settings_from_environment(), data_folder=Path(home))
    database = Database(url, settings, clock, SeededRandomness(minutes + 1))
    collect(AtOnce(database, a_tenant("alpha").id, SYSTEM, {}, lambda done, total: None))
    database.close()
