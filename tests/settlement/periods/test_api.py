"""Rating over HTTP: an open month is rated as often as wanted, a closed one never again."""

from flask.testing import FlaskClient

from settlement.app import web
from settlement.periods import service
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.world import a_tenant

RATING = "/v1/periods/2026-10/rating"


def a_client(database: Database, role: Role) -> tuple[FlaskClient, dict[str, str]]:
    """A program with a key of this role, in a tenant where October is open."""
    tenant = a_tenant("alpha")
    with transaction(database, tenant.id, SYSTEM, "tests.set_up") as session:
        directory.create_tenant(session, tenant)
        service.open_period(session, "2026-10")
        key = people.issue_api_key(session, "alpha", name="program", role=role)
    return web.create_app(database).test_client(), {"Authorization": f"Bearer {key}"}


def test_a_month_without_usage_is_rated_to_nothing(database: Database):
    client, key = a_client(database, Role.OPERATOR)

    answer = client.post(RATING, headers=key)

    counts = ("events", "rated", "suspended", "unbillable", "free", "lines", "corrections")
    assert answer.status_code == 200
    assert answer.json is not None
    assert {name: answer.json[name] for name in counts} == dict.fromkeys(counts, 0)


def test_a_closed_month_is_not_rated_again(database: Database):
    client, key = a_client(database, Role.OPERATOR)
    assert client.post("/v1/periods/2026-10/closing", json={}, headers=key).status_code == 200

    answer = client.post(RATING, headers=key)

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["type"].endswith("period-closed")


def test_who_only_reads_rates_nothing(database: Database):
    client, key = a_client(database, Role.READ_ONLY)

    assert client.post(RATING, headers=key).status_code == 403
