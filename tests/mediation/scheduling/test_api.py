"""When files are due is said over HTTP, and since when a source is silent is answered."""

import datetime as dt

import pytest
from flask.testing import FlaskClient

from mediation.scheduling.api import source_schedules
from mediation.sources import service as sources
from settlement.app import web
from tenants.clock import HeldClock
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import reading, transaction
from tests.mediation.sources import MAPPING, ZONE
from tests.tenants.people.builders import a_key
from tests.world import a_tenant

PLACE = "/v1/usage-sources/switch/schedule"


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(web, "API", [source_schedules])
    with transaction(database, a_tenant("alpha").id, SYSTEM, "tests.tenant") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        settings = {"zone": ZONE, "mapping": MAPPING, "file_numbers": "cdr-{number}.csv"}
        sources.register_source(session, "switch", "Switch", "delimited", settings)
    return web.create_app(database).test_client()


def test_a_schedule_is_set_asked_for_and_taken_away(
    client: FlaskClient, database: Database
) -> None:
    key = {"Authorization": f"Bearer {a_key(database)}"}
    registered_at = database.clock.now()
    set_now = client.put(PLACE, json={"every_hours": 6}, headers=key).json
    database.clock = HeldClock(registered_at + dt.timedelta(hours=6))

    found = client.get(PLACE, headers=key).json
    gone = client.put(PLACE, json={}, headers=key).json

    assert set_now["silent_since"] is None
    assert found["schedule"] == {"every_hours": 6}
    since = dt.datetime.fromisoformat(found["silent_since"])
    assert (since, found["last_file_at"]) == (registered_at + dt.timedelta(hours=6), None)
    assert gone == {"schedule": {}, "silent_since": None, "last_file_at": None}
    with reading(database, a_tenant("alpha").id, SYSTEM) as session:
        kept = sources.the_source(session, "switch").source
    assert (kept.mapping, kept.file_numbers) == (MAPPING, "cdr-{number}.csv")


def test_a_schedule_that_cannot_be_used_is_refused(client: FlaskClient, database: Database) -> None:
    key = {"Authorization": f"Bearer {a_key(database)}"}

    refused = client.put(PLACE, json={"daily_by": "25:00"}, headers=key)

    assert refused.status_code == 422
    assert "a time such as 04:00" in refused.json["detail"]
