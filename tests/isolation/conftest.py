"""The stage of the isolation tests: both tenants in one database, and the owner's eyes on it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import psycopg
import pytest
from flask import Flask

from settlement.app.web import create_app
from tenants.clock import HeldClock
from tenants.persistence import launcher
from tenants.persistence.database import Database, Place
from tenants.randomness import SeededRandomness
from tenants.settings import settings_from_environment
from tests.conftest import NOON, copy_of_template
from tests.isolation.cast import Tenant, assemble


@dataclass(eq=False)
class Stage:
    """The application with both tenants in it, and the owner's eyes on the rows."""

    app: Flask
    database: Database
    owner: psycopg.Connection
    alpha: Tenant
    beta: Tenant


@pytest.fixture(scope="session")
def stage(
    server: launcher.Server, template: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    assert template
    place = copy_of_template(server, "matrix")
    settings = replace(
        settings_from_environment(), data_folder=tmp_path_factory.mktemp("home"), secret_key="test"
    )
    database = Database(place.application_url, settings, HeldClock(NOON), SeededRandomness(7))
    alpha, beta = assemble(database, "alpha"), assemble(database, "beta")
    owner_url = place.owner_url.replace("postgresql+psycopg", "postgresql", 1)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        yield Stage(create_app(database), database, owner, alpha, beta)
    database.close()
