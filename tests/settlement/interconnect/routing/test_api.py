"""A routing table can be asked for over HTTP, as JSON and as CSV."""

import pytest
from flask.testing import FlaskClient

from settlement.app import web
from settlement.interconnect.routing.api import routing_tables
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import transaction
from tests.settlement.interconnect.routing.test_service import PER_CALL, a_route, rates
from tests.tenants.people.builders import a_key
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    with transaction(database, ALPHA, SYSTEM, "tests.routes") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        a_route(session, "atlantic", "PLN", {"rates": rates("48 0.10")} | PER_CALL)
        a_route(session, "baltic", "EUR", {"rates": rates("48 0.03")})
    monkeypatch.setattr(web, "API", [routing_tables])
    monkeypatch.setattr(web, "PAGES", [])
    return web.create_app(database).test_client()


@pytest.fixture
def key(client: FlaskClient, database: Database) -> dict[str, str]:
    return {"Authorization": f"Bearer {a_key(database)}"}


def test_routes_and_what_is_left_out_are_told(client: FlaskClient, key: dict[str, str]) -> None:
    told = client.get("/v1/routing-table?seconds=60", headers=key).get_json()

    (route,), (left_out,) = told["routes"], told["left_out"]
    assert (told["currency"], told["seconds"]) == ("PLN", 60)
    assert (route["prefix"], route["rank"], route["trunk"]) == ("48", 1, "TR-atlantic")
    assert (route["price_per_minute"], route["asr"]) == ("0.13", None)
    assert (left_out["trunk"], left_out["reason"]) == ("TR-baltic", "no_fixing")


def test_the_file_is_csv(client: FlaskClient, key: dict[str, str]) -> None:
    answer = client.get("/v1/routing-table/csv?seconds=60", headers=key)

    assert answer.content_type.startswith("text/csv")
    assert len(answer.get_data(as_text=True).splitlines()) == 2


@pytest.mark.parametrize("query", ["seconds=0", "prefix=x", "routes=99", "minimum_asr=much"])
def test_what_cannot_be_asked_is_refused_by_name(
    client: FlaskClient, key: dict[str, str], query: str
) -> None:
    assert client.get(f"/v1/routing-table?{query}", headers=key).status_code == 422
