"""One application over a tenant in the middle of its work, for all tests of pages.

The month is played once. Each module begins with a copy of its database and its files.
"""

import shutil
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from settlement.app.web import create_app
from tenants.clock import HeldClock
from tenants.persistence import launcher
from tenants.persistence.database import Database, Place
from tenants.randomness import SeededRandomness
from tenants.settings import settings_from_environment
from tests.conftest import NOON, copy_of_template
from tests.pages.world import World, a_month

PLAYED, SHOWN = "played_month", "pages"


@dataclass(frozen=True)
class Office:
    """The application, its database, and who and what is in it."""

    app: Flask
    database: Database
    world: World


@dataclass(frozen=True)
class Month:
    """The application, the world as it was played, and the files of that."""

    app: Flask
    database: Database
    world: World
    files: Path


@pytest.fixture(scope="session")
def month(
    server: launcher.Server, template: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Month]:
    """A closed October with everything that came of it, and the application over a copy."""
    assert template
    clock, randomness = HeldClock(NOON), SeededRandomness(1)

    def opened(name: str) -> Database:
        place = copy_of_template(server, name)
        home = tmp_path_factory.mktemp(name)
        settings = replace(settings_from_environment(), data_folder=home, secret_key="test")
        return Database(place.application_url, settings, clock, randomness)

    played = opened(PLAYED)
    world = a_month(played)
    played.close()
    database = opened(SHOWN)
    yield Month(create_app(database), database, world, played.settings.data_folder)
    database.close()


@pytest.fixture(scope="module")
def office(server: launcher.Server, month: Month) -> Office:
    """The month as it was played, whatever other modules did with theirs."""
    month.database.close()
    copy_of_template(server, SHOWN, PLAYED)
    shutil.rmtree(month.database.settings.data_folder)
    shutil.copytree(month.files, month.database.settings.data_folder)
    assert isinstance(month.database.clock, HeldClock)
    month.database.clock.move_to(NOON)
    return Office(month.app, month.database, deepcopy(month.world))
