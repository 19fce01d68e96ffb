"""The API describes itself, and the description is as strict as the API."""

import pytest
from flask.testing import FlaskClient

from settlement.app.web import API, TM_FORUM, create_app
from tenants.persistence.database import Database


@pytest.fixture(scope="module")
def client(shared_database: Database) -> FlaskClient:
    return create_app(shared_database).test_client()


@pytest.fixture(scope="module")
def described(client: FlaskClient) -> dict:
    return client.get("/v1/openapi.json").json


def test_every_blueprint_is_described_below_its_version(described: dict) -> None:
    assert described["openapi"] == "3.1.0"
    assert {tag["name"] for tag in described["tags"]} == {
        blueprint.name for blueprint in (*API, *TM_FORUM)
    }
    below = ("/v1/", *(blueprint.url_prefix for blueprint in TM_FORUM))
    assert all(path.startswith(below) for path in described["paths"])


def test_every_operation_says_what_it_does(described: dict) -> None:
    silent = [
        f"{method} {path}"
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if method != "parameters" and not operation.get("summary")
    ]

    assert not silent


def test_both_ways_to_say_who_is_calling_are_described(described: dict) -> None:
    schemes = described["components"]["securitySchemes"]

    assert {scheme["type"] for scheme in schemes.values()} == {"http", "apiKey"}
    assert described["security"] == [{name: []} for name in schemes]


def test_no_amount_is_a_number(described: dict) -> None:
    amounts = [
        (name, field, kind)
        for name, schema in described["components"]["schemas"].items()
        for field, kind in schema.get("properties", {}).items()
        if field in ("amount", "variance", "tolerance") and "type" in kind
    ]

    assert all(kind["type"] in ("string", "object") for _, _, kind in amounts), amounts
    assert amounts


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/assets/tabler.min.css", 200),
        ("/assets/htmx.min.js", 200),
        ("/assets/nothing.js", 404),
        ("/assets/..%2f..%2fpyproject.toml", 404),
        ("/assets/tabler.min.css/../../package.json", 404),
        ("/v1/nothing", 404),
        ("/nothing", 404),
    ],
)
def test_files_are_served_by_name_and_nothing_else(
    client: FlaskClient, path: str, status: int
) -> None:
    with client.get(path) as answer:
        assert answer.status_code == status
        if status == 200:
            assert "max-age=31536000" in answer.headers["Cache-Control"]
