"""A route lets in who may, in one transaction that is committed when the view ends well."""

from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from i18n.errors import Conflict, NotFound
from settlement.app import web
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import TenantSession, reading, transaction
from tenants.web.contracts import requires
from tenants.web.store import lock_key
from tests.tenants.people.builders import PASSWORD, a_key, a_user
from tests.world import a_tenant


class NoSuchThing(NotFound):
    """There is no thing {thing}."""


class ThingIsTaken(Conflict):
    """The thing is taken."""


class ThingSchema(Schema):
    """A thing for these tests."""

    name = fields.String(required=True)
    size = fields.Decimal(as_string=True)


def things() -> Blueprint:
    blueprint = Blueprint("things", __name__, url_prefix="/things")

    @blueprint.post("/users")
    @requires("parties:write")
    @blueprint.response(201, ThingSchema)
    @blueprint.arguments(ThingSchema)
    def make(body: dict[str, Any]) -> dict[str, Any]:
        user = a_user(g.session, email=f"{body['name']}@example.org")
        return {"name": user.email}

    @blueprint.post("/taken")
    @requires("parties:write")
    def fail_after_work() -> str:
        a_user(g.session, email="lost@example.org")
        raise ThingIsTaken

    @blueprint.get("/<name>")
    @requires("parties:read", "own-statements:read")
    def look(name: str) -> str:
        a_user(g.session, email="never@example.org")
        raise NoSuchThing(thing=name)

    @blueprint.post("/broken")
    @requires("parties:write")
    def break_down() -> str:
        raise RuntimeError("a secret of ours")

    return blueprint


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(web, "API", [things()])
    monkeypatch.setattr(web, "PAGES", [])
    with transaction(database, a_tenant("alpha").id, SYSTEM, "tests.tenant") as session:
        directory.create_tenant(session, a_tenant("alpha"))
    app: Flask = web.create_app(database)
    return app.test_client()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def emails(database: Database) -> list[str]:
    with reading(database, a_tenant("alpha").id, SYSTEM) as session:
        return [user.email for user in people.users(session)]


def test_a_view_that_ends_well_is_committed(client: FlaskClient, database: Database) -> None:
    answer = client.post("/v1/things/users", json={"name": "anna"}, headers=bearer(a_key(database)))

    assert (answer.status_code, answer.json) == (201, {"name": "anna@example.org"})
    assert emails(database) == ["anna@example.org"]


def test_an_error_of_the_trade_is_a_problem_and_leaves_nothing(
    client: FlaskClient, database: Database
) -> None:
    answer = client.post("/v1/things/taken", headers=bearer(a_key(database)))

    assert answer.content_type == "application/problem+json"
    assert (answer.status_code, answer.json["type"]) == (409, "urn:problem:thing-is-taken")
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert emails(database) == []


def test_reading_changes_nothing(client: FlaskClient, database: Database) -> None:
    answer = client.get("/v1/things/x", headers=bearer(a_key(database)))

    assert (answer.status_code, answer.json["detail"]) == (404, "There is no thing x.")
    assert emails(database) == []


def test_our_own_error_shows_neither_trace_nor_words(
    client: FlaskClient, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    key = a_key(database)

    answer = client.post("/v1/things/broken", headers=bearer(key))

    assert answer.status_code == 500
    assert "secret" not in answer.text and "Traceback" not in answer.text
    # The log has the trace under the request's number, and no values of variables.
    log = capsys.readouterr().err
    assert answer.json["request_id"] in log and "Traceback" in log
    assert key not in log and key.rpartition("_")[2] not in log


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (bearer("sk_alpha_000000000000_wrong"), 401),
        (bearer("nonsense"), 401),
        ({"Authorization": "Basic YTpi"}, 401),
        (bearer("sk_nobody_000000000000_wrong"), 401),
    ],
)
def test_a_program_without_a_good_key_is_told_so(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/v1/things/users", json={"name": "anna"}, headers=headers)

    assert answer.status_code == status
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_role_without_the_right_is_refused(client: FlaskClient, database: Database) -> None:
    key = a_key(database, Role.READ_ONLY)

    answer = client.post("/v1/things/users", json={"name": "anna"}, headers=bearer(key))

    assert (answer.status_code, answer.json["type"]) == (403, "urn:problem:not-allowed")


def test_a_cookie_alone_changes_nothing(client: FlaskClient, database: Database) -> None:
    with transaction(database, a_tenant("alpha").id, SYSTEM, "tests.user") as session:
        a_user(session, email="olga@example.org")
        signed_in = people.sign_in(session, "alpha", "olga@example.org", PASSWORD)
    assert signed_in is not None
    client.set_cookie("saldo_session", signed_in.cookie)

    answer = client.post("/v1/things/users", json={"name": "anna"})

    assert (answer.status_code, answer.json["type"]) == (403, "urn:problem:form-token-missing")


def test_the_same_key_and_body_give_the_stored_answer(
    client: FlaskClient, database: Database
) -> None:
    headers = bearer(a_key(database)) | {"Idempotency-Key": "k1"}

    first = client.post("/v1/things/users", json={"name": "anna"}, headers=headers)
    second = client.post("/v1/things/users", json={"name": "anna"}, headers=headers)
    other = client.post("/v1/things/users", json={"name": "berta"}, headers=headers)

    assert (second.status_code, second.json) == (first.status_code, first.json)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json["type"]) == (422, "urn:problem:key-used-for-another")
    assert emails(database) == ["anna@example.org"]


def test_a_key_whose_first_request_still_runs_is_told_to_wait(
    client: FlaskClient, database: Database
) -> None:
    key = a_key(database)
    headers = bearer(key) | {"Idempotency-Key": "k1"}
    caller = people.principal_of_key(database, key)
    assert caller is not None

    with TenantSession(database, caller.tenant_id, caller.principal) as running:
        lock_key(running, "k1")
        answer = client.post("/v1/things/users", json={"name": "anna"}, headers=headers)

    assert (answer.status_code, answer.json["type"]) == (409, "urn:problem:key-still-running")
    assert emails(database) == []


def test_a_failed_request_may_be_repeated_under_its_key(
    client: FlaskClient, database: Database
) -> None:
    headers = bearer(a_key(database)) | {"Idempotency-Key": "k1"}

    answers = [client.post("/v1/things/taken", headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "Idempotency-Replayed" not in answers[1].headers


@pytest.mark.parametrize("key", ["", "ż", "x" * 256])
def test_an_unusable_idempotency_key_is_refused(
    client: FlaskClient, database: Database, key: str
) -> None:
    headers = bearer(a_key(database)) | {"Idempotency-Key": key}

    answer = client.post("/v1/things/users", json={"name": "anna"}, headers=headers)

    assert (answer.status_code, answer.json["type"]) == (422, "urn:problem:bad-idempotency-key")


def test_two_tenants_may_use_the_same_key(client: FlaskClient, database: Database) -> None:
    with transaction(database, a_tenant("beta").id, SYSTEM, "tests.tenant") as session:
        directory.create_tenant(session, a_tenant("beta"))

    answers = [
        client.post(
            "/v1/things/users",
            json={"name": name},
            headers=bearer(a_key(database, code=code)) | {"Idempotency-Key": "k1"},
        )
        for code, name in (("alpha", "anna"), ("beta", "berta"))
    ]

    assert [answer.json["name"] for answer in answers] == ["anna@example.org", "berta@example.org"]


def test_every_answer_is_headed_strictly(client: FlaskClient) -> None:
    answer = client.get("/health")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
