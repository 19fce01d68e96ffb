"""One application over a tenant in the middle of its work, for all tests of pages in a module."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

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


@dataclass(frozen=True)
class Office:
    """The application, its database, and who and what is in it."""

    app: Flask
    database: Database
    world: World


@pytest.fixture(scope="module")
def office(
    server: launcher.Server, template: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """A closed October with everything that came of it."""
    assert template
    place = copy_of_template(server, "pages")
    settings = replace(
        settings_from_environment(), data_folder=tmp_path_factory.mktemp("home"), secret_key="test"
    )
    database = Database(place.application_url, settings, HeldClock(NOON), SeededRandomness(1))
    world = a_month(database)
    yield Office(create_app(database), database, world)
    database.close()
