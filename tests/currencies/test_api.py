"""Exchange rates over HTTP and as a page: loaded, read, proposed by one and approved by another."""

import pytest
from flask.testing import FlaskClient

from currencies.api import exchange_rates
from currencies.pages import rate_pages
from settlement.app import web
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.currencies.test_nbp import archive
from tests.currencies.test_published import CBR
from tests.tenants.people.builders import a_user
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id
RATE = {"base": "EUR", "quote": "PLN", "rate": "4.2500", "valid_on": "2026-10-30"}
PROPOSAL = {"source": "AGREED", "reason": "annex 2", "rates": [RATE]}


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        directory.create_tenant(session, a_tenant("alpha"))
    monkeypatch.setattr(web, "API", [exchange_rates])
    monkeypatch.setattr(web, "PAGES", [rate_pages])
    return web.create_app(database).test_client()


@pytest.fixture
def asks(database: Database, client: FlaskClient):
    """Ask as somebody of a role, with a key of theirs."""
    headers = {}
    with transaction(database, ALPHA, SYSTEM, "tests.people") as session:
        for role in (Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_APPROVER):
            key = people.issue_api_key(
                session, "alpha", name=role.value, role=role, user_id=a_user(session, role).id
            )
            headers[role] = {"Authorization": f"Bearer {key}"}

    def ask(role: Role, method: str, path: str, **content: object):
        url = f"/v1/exchange-rates{path}"
        return client.open(url, method=method, headers=headers[role], **content)

    return ask


EURO = "?source=AGREED&base=EUR&quote=PLN"


def test_a_rate_is_entered_by_one_and_approved_by_another(asks) -> None:
    made = asks(Role.FINANCE_MAKER, "POST", "/proposals", json=PROPOSAL)
    assert made.status_code == 201, made.json
    assert asks(Role.OPERATOR, "GET", EURO).json == []
    path = f"/proposals/{made.json['id']}/approval"
    assert asks(Role.FINANCE_MAKER, "POST", path).status_code == 403

    approved = asks(Role.FINANCE_APPROVER, "POST", path)

    assert (approved.status_code, approved.json["status"]) == (200, "approved")
    [rate] = asks(Role.OPERATOR, "GET", EURO).json
    assert (rate["rate"], rate["unit"], rate["valid_on"]) == ("4.25", 1, "2026-10-30")
    assert asks(Role.OPERATOR, "GET", "/proposals").json == [approved.json]
    assert asks(Role.FINANCE_APPROVER, "POST", path).status_code == 409


def test_what_is_published_is_loaded_as_it_is(asks) -> None:
    loaded = asks(Role.OPERATOR, "POST", "/published/nbp", data=archive())
    again = asks(Role.OPERATOR, "POST", "/published/nbp", data=archive())
    russian = asks(Role.OPERATOR, "POST", "/published/cbr", data=CBR.encode("windows-1251"))

    assert loaded.json == {"read": 6, "added": 6, "findings": []}, loaded.json
    assert (again.json["added"], russian.json["added"]) == (0, 2)
    hungarian = asks(Role.OPERATOR, "GET", "?source=NBP-A&base=HUF&quote=PLN")
    assert [each["table_number"] for each in hungarian.json] == ["055/A/NBP/2025", "056/A/NBP/2025"]
    late = asks(Role.OPERATOR, "GET", "?source=NBP-A&base=HUF&quote=PLN&valid_from=2025-03-21")
    assert late.json == hungarian.json[1:]


@pytest.mark.parametrize(("publisher", "status"), [("nowhere", 404), ("nbp", 422), ("ecb", 422)])
def test_what_nobody_publishes_is_refused(asks, publisher: str, status: int) -> None:
    assert asks(Role.OPERATOR, "POST", f"/published/{publisher}", data=b"x").status_code == status


def test_a_file_of_own_rates_is_tried_first(asks) -> None:
    shape = {"columns": {"valid_on": "day", "rate": "price"}, "base": "EUR", "quote": "PLN"}
    sent = {"source": "BANK", "shape": shape, "text": "day,price\n2026-10-30,4.25\n,4.26\n"}

    tried = asks(Role.FINANCE_MAKER, "POST", "/proposals/file", json=sent)

    assert [each["line"] for each in tried.json["findings"]] == [3], tried.json
    assert (len(tried.json["rates"]), tried.json["proposal"]) == (1, None)
    right = sent | {"text": "day,price\n2026-10-30,4.25\n", "dry_run": False}
    made = asks(Role.FINANCE_MAKER, "POST", "/proposals/file", json=right)
    assert made.json["proposal"]["status"] == "proposed"
