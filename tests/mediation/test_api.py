"""Usage over HTTP: events and files go in, answers and waiting records come out."""

import json

import pytest
from flask.testing import FlaskClient

from mediation import api
from mediation.sources import service as sources
from settlement.app import web
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import transaction
from tests.mediation.sources import MAPPING, ZONE, delimited_file
from tests.tenants.people.builders import a_key
from tests.world import a_tenant

BLUEPRINTS = [api.usage_events, api.usage_files, api.usage_sources, api.suspended_records]


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(web, "API", BLUEPRINTS)
    monkeypatch.setattr(web, "PAGES", [])
    with transaction(database, a_tenant("alpha").id, SYSTEM, "tests.tenant") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        sources.register_source(session, "shop", "Shop", "events", {"kind": "content"})
        settings = {"zone": ZONE, "mapping": MAPPING, "file_numbers": "cdr-{number}.csv"}
        sources.register_source(session, "switch", "Switch", "delimited", settings)
    return web.create_app(database).test_client()


@pytest.fixture
def key(client: FlaskClient, database: Database) -> dict[str, str]:
    assert client
    return {"Authorization": f"Bearer {a_key(database)}"}


def test_events_get_one_answer_each_and_the_same_one_again(
    client: FlaskClient, key: dict[str, str]
) -> None:
    event = {
        "specversion": "1.0",
        "id": "e1",
        "source": "/shop",
        "type": "usage.content",
        "time": "2026-10-05T10:00:00Z",
        "data": {"product": "NEWS"},
    }
    body = json.dumps([event, "nonsense"])

    first = client.post("/v1/usage-events?source=shop", data=body, headers=key)
    again = client.post("/v1/usage-events?source=shop", data=body, headers=key)

    assert [answer["status"] for answer in first.json] == ["accepted", "rejected"]
    assert again.json == first.json


CLOUD_EVENT = {
    "specversion": "1.0",
    "id": "e1",
    "source": "/shop",
    "type": "usage.content",
    "time": "2026-10-05T10:00:00Z",
    "data": {"product": "NEWS"},
}


def test_the_three_modes_of_cloud_events_say_the_same(
    client: FlaskClient, key: dict[str, str]
) -> None:
    headers = {f"ce-{name}": value for name, value in CLOUD_EVENT.items() if name != "data"}
    headers["ce-source"] = "%2Fshop"

    structured, batched, binary = (
        client.post("/v1/usage-events?source=shop", data=body, headers=key | more)
        for body, more in (
            (json.dumps(CLOUD_EVENT), {"Content-Type": "application/cloudevents+json"}),
            (json.dumps([CLOUD_EVENT]), {"Content-Type": "application/cloudevents-batch+json"}),
            (json.dumps(CLOUD_EVENT["data"]), headers | {"Content-Type": "application/json"}),
        )
    )

    [answer] = structured.json
    assert (answer["status"], answer["event_id"]) == ("accepted", "/shop e1")
    assert structured.json == batched.json == binary.json


def test_cloud_events_in_another_coding_are_not_taken(
    client: FlaskClient, key: dict[str, str]
) -> None:
    avro = {"Content-Type": "application/cloudevents+avro"}

    answer = client.post("/v1/usage-events?source=shop", data=b"x", headers=key | avro)

    assert answer.status_code == 415


@pytest.mark.parametrize("body", [b"", b"{", b'[{"amount": NaN}]', b"\xff", b"[" * 9_000])
def test_a_body_that_is_no_json_is_refused_with_the_reason(
    client: FlaskClient, key: dict[str, str], body: bytes
) -> None:
    answer = client.post("/v1/usage-events?source=shop", data=body, headers=key)

    assert answer.status_code == 422
    assert answer.json["detail"].startswith("The body is not usable JSON")


def test_a_file_is_sent_and_what_waits_is_repaired(
    client: FlaskClient, key: dict[str, str]
) -> None:
    content = delimited_file("c2;601234567;+49301234567;;61")
    sent = client.post("/v1/usage-files?source=switch&name=cdr-2.csv", data=content, headers=key)
    [waiting] = client.get("/v1/suspense", headers=key).json["data"]
    assert (sent.json["suspended"], waiting["reason"]) == (1, "MISSING_TIME")

    client.post(
        f"/v1/suspense/{waiting['id']}/repairs",
        json={"changes": {"occurred_at": "2026-10-05 12:00:00"}, "reason": "from the switch"},
        headers=key,
    )
    recycled = client.post("/v1/suspense/recycling", json={}, headers=key)

    assert recycled.json == {"left": [waiting["id"]], "waiting": []}
    batch = client.get(f"/v1/usage-files/{sent.json['id']}", headers=key).json
    assert (batch["landed"], batch["suspended"]) == (1, 0)


def test_a_missing_file_is_listed_and_waived(client: FlaskClient, key: dict[str, str]) -> None:
    for number in (1, 3):
        row = f"c{number};601234567;+49301234567;2026-10-05 12:00:0{number};61"
        place = f"/v1/usage-files?source=switch&name=cdr-{number}.csv"
        client.post(place, data=delimited_file(row), headers=key)
    gaps = client.get("/v1/usage-sources/switch/gaps", headers=key)
    assert gaps.json == {
        "missing": [2],
        "gaps": [{"number": 2, "stream": "", "name": "2", "since": "2026-11-02T12:00:00+00:00"}],
    }

    waived = client.post(
        "/v1/usage-sources/switch/waivers", json={"number": 2, "reason": "lost"}, headers=key
    )

    assert waived.json == {"missing": [], "gaps": []}


def test_an_unknown_source_or_record_is_not_found(client: FlaskClient, key: dict[str, str]) -> None:
    unknown = "00000000-0000-7000-8000-000000000000"
    places = [
        client.post("/v1/usage-events?source=none", data=b"[]", headers=key),
        client.post("/v1/usage-files?source=none&name=a", data=b"", headers=key),
        client.get(f"/v1/usage-files/{unknown}", headers=key),
        client.get(f"/v1/suspense/{unknown}", headers=key),
        client.get("/v1/usage-sources/none/gaps", headers=key),
    ]

    assert [answer.status_code for answer in places] == [404] * 5
