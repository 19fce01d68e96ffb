"""The usage API of TM Forum takes and answers what its own description says."""

import json
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient

from mediation import service
from mediation.sources import service as sources
from mediation.tmf635.api import usage_management
from settlement.app import web
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import transaction
from tests.sample_data import sample
from tests.tenants.people.builders import a_key
from tests.world import a_tenant

PATH = "/tmf-api/usageManagement/v4/usage"
USAGE: dict[str, Any] = {
    "@type": "Usage",
    "description": "Voice call",
    "usageDate": "2026-10-05T12:00:00+02:00",
    "usageType": "voice",
    "usageCharacteristic": [
        {"name": "originatingNumber", "value": "48601234567", "valueType": "string"},
        {"name": "destinationNumber", "value": "+49301234567", "valueType": "string"},
        {"name": "duration", "value": 61, "valueType": "number"},
    ],
    "relatedParty": [{"id": "anna", "role": "customer", "@referredType": "Customer"}],
    "status": "received",
}
MAPPING = {
    "columns": {
        "a_number": "originatingNumber",
        "b_number": "destinationNumber",
        "duration_seconds": "duration",
    }
}


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(web, "API", [])
    monkeypatch.setattr(web, "PAGES", [])
    monkeypatch.setattr(web, "TM_FORUM", [usage_management])
    with transaction(database, a_tenant("alpha").id, SYSTEM, "tests.tenant") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        sources.register_source(session, "tmf", "Mediation", "events", {"mapping": MAPPING})
    return web.create_app(database).test_client()


@pytest.fixture
def key(client: FlaskClient, database: Database) -> dict[str, str]:
    assert client
    return {"Authorization": f"Bearer {a_key(database)}"}


def contract(name: str) -> jsonschema.Draft4Validator:
    """The definition of this name in TM Forum's description of the API."""
    described = json.loads(
        sample("telecom/tmforum/TMF635-UsageManagement-v4.0.0.swagger.json").read_text()
    )
    schema = {"$ref": f"#/definitions/{name}", "definitions": described["definitions"]}
    return jsonschema.Draft4Validator(schema)


def without(usage: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in usage.items() if name not in names}


def test_a_usage_lands_by_the_mapping_of_its_source_and_once(
    client: FlaskClient, key: dict[str, str], database: Database
) -> None:
    first = client.post(f"{PATH}?source=tmf", json=USAGE, headers=key)
    again = client.post(f"{PATH}?source=tmf", json=USAGE, headers=key)

    assert first.status_code == 201
    assert without(first.json, "id") == USAGE
    assert again.json["id"] == first.json["id"]
    with transaction(database, a_tenant("alpha").id, SYSTEM, "tests.look") as session:
        [batch] = service.batches(session)
    assert (batch.landed, first.json["id"]) == (1, f"{batch.id}-1")


def test_what_waits_in_suspense_is_rejected_in_the_words_of_tm_forum(
    client: FlaskClient, key: dict[str, str]
) -> None:
    answer = client.post(f"{PATH}?source=tmf", json=without(USAGE, "usageDate"), headers=key)

    assert (answer.status_code, answer.json["status"]) == (201, "rejected")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad-json"),
        (b"[]", 400, "no-usage"),
        (b"{}", 400, "no-usage"),
        (b'{"usageDate": "x", "usageCharacteristic": "y"}', 400, "no-usage"),
        (b'{"usageDate": "x", "usageCharacteristic": [{"name": "duration"}]}', 400, "no-usage"),
    ],
)
def test_what_is_no_usage_is_refused(
    client: FlaskClient, key: dict[str, str], body: bytes, status: int, code: str
) -> None:
    answer = client.post(f"{PATH}?source=tmf", data=body, headers=key)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["status"] == str(status)


def test_requests_and_answers_keep_the_contract_of_tm_forum(
    client: FlaskClient, key: dict[str, str]
) -> None:
    contract("Usage_Create").validate(USAGE)

    good = client.post(f"{PATH}?source=tmf", json=USAGE, headers=key)
    bad = client.post(f"{PATH}?source=tmf", data=b"{", headers=key)
    unknown = client.post(f"{PATH}?source=none", json=USAGE, headers=key)
    nobody = client.post(f"{PATH}?source=tmf", json=USAGE)

    contract("Usage").validate(good.json)
    for answer, status in ((bad, 400), (unknown, 404), (nobody, 401)):
        assert answer.status_code == status
        contract("Error").validate(answer.json)
