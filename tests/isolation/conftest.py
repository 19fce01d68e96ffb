"""The stage of the isolation tests: both tenants in one database, and the owner's eyes on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

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
    versions_of_beta: dict[str, tuple[int, int]] = field(default_factory=dict)


def versions_of(stage: Stage, tenant: Tenant) -> dict[str, tuple[int, int]]:
    """For each table, how many rows of a tenant there are and the sum of their versions.

    A row that is written, also with what it held, is of a later transaction; what is gone is not
    counted.
    """
    rows = stage.owner.execute(_versions(stage).encode(), {"tenant": tenant.id}, prepare=True)
    return {name: (count, versions) for name, count, versions in rows.fetchall()}


@cache
def _versions(stage: Stage) -> str:
    """The query for all tables, so that one plan serves every test."""
    tables = stage.owner.execute(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY 1"
    ).fetchall()
    assert tables
    return " UNION ALL ".join(
        f"SELECT '{name}', count(*), sum(xmin::text::int8)::int8"
        f" FROM {name} WHERE tenant_id = %(tenant)s"
        for (name,) in tables
    )


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
    with (
        psycopg.connect(owner_url, autocommit=True) as owner,
        pytest.MonkeyPatch.context() as patch,
    ):
        # No connection to this database is lost: to ask before each request costs it a tenth.
        patch.setattr(database.engine.dialect, "do_ping", lambda _connection: True)
        opened = Stage(create_app(database), database, owner, alpha, beta)
        opened.versions_of_beta = versions_of(opened, beta)
        yield opened
    database.close()
