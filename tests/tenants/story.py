"""A short story of one tenant, told by a process of its own that may be killed anywhere in it.

It creates a tenant, fires its schedule, works the queue off and posts one request. Told again after
a death it goes on where the books say it stopped.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from settlement.app import web
from tenants.clock import HeldClock
from tenants.directory import service as directory
from tenants.ids import tenant_id_of
from tenants.jobs import processes, service
from tenants.jobs.work import Job, Work
from tenants.people import service as people
from tenants.people.api import users
from tenants.people.person import User
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import TenantSession, transaction
from tenants.settings import settings_from_environment
from tests.tenants.people.builders import PASSWORD
from tests.world import a_tenant

FOUNDED = dt.datetime(2026, 11, 2, 12, 0, tzinfo=dt.UTC)
ALPHA = tenant_id_of("alpha")


def once(session: TenantSession, email: str, role: Role = Role.OPERATOR) -> User:
    """The user with this address, created if missing."""
    for user in people.users(session):
        if user.email == email:
            return user
    return people.create_user(session, email=email, name=email, role=role, password=PASSWORD)


def greet(work: Work) -> Mapping[str, Any]:
    work.progress(1, 1)
    with work.transaction("tests.greet") as session:
        once(session, "greeted@example.org")
    return {"greeted": 1}


JOBS: dict[str, Job] = {"greet": greet}


def tell(database: Database) -> None:
    with transaction(database, ALPHA, SYSTEM, "tests.found") as session:
        if "alpha" not in directory.tenant_codes(database):
            directory.create_tenant(session, a_tenant("alpha"))
            once(session, "admin@example.org", Role.ADMINISTRATOR)
            service.set_schedule(
                session, name="daily", job="greet", cron="30 12 * * *", time_zone="UTC"
            )
    assert isinstance(database.clock, HeldClock)
    database.clock.move_to(FOUNDED + dt.timedelta(hours=1))
    service.fire_due(database, database.clock.now())
    processes.run_worker(database, JOBS, wait=False)
    post(database)


def post(database: Database) -> None:
    with transaction(database, ALPHA, SYSTEM, "tests.key") as session:
        admin = once(session, "admin@example.org")
        key = people.issue_api_key(
            session, "alpha", name="story", role=admin.role, user_id=admin.id
        )
    user = {"email": "posted@example.org", "name": "Posted", "role": "read_only"}
    answer = client_of(database).post(
        "/v1/users",
        json=user | {"password": PASSWORD},
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "post once"},
    )
    assert answer.status_code == 201, answer.text


def client_of(database: Database) -> FlaskClient:
    """A client of users alone; to mount all routes takes longer than the rest of the story."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web, "API", [users])
        patch.setattr(web, "TM_FORUM", [])
        patch.setattr(web, "PAGES", [])
        return web.create_app(database).test_client()


def open_database(url: str, folder: str) -> Database:
    settings = replace(settings_from_environment(), data_folder=Path(folder), secret_key="test")
    return Database(url, settings, HeldClock(FOUNDED))


def tell_at(url: str, folder: str) -> None:
    """Tell the story in a database, with files in a folder."""
    told = open_database(url, folder)
    tell(told)
    told.close()
