"""Payments of customers over HTTP: recorded, read with what they pay, bounced."""

import pytest
from flask.testing import FlaskClient

from settlement.app import web
from settlement.billing import service as billing
from settlement.periods import service as periods
from settlement.receipts.api import receipts
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.settlement.billing.builders import a_customer, charged, october
from tests.tenants.people.builders import a_user
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id
DAY = "2026-11-02"
PAYMENT = {
    "payer": "C-1",
    "reference": "W/1",
    "amount": {"amount": "130.00", "currency": "PLN"},
    "received_on": DAY,
}


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A customer with an invoice over 123.00."""
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        charged(session, october(session), a_customer(session), "100.00")
        periods.close(session, "2026-10")
        billing.bill_period(session, "2026-10")
    monkeypatch.setattr(web, "API", [receipts])
    monkeypatch.setattr(web, "PAGES", [])
    return web.create_app(database).test_client()


@pytest.fixture
def operator(database: Database, client: FlaskClient) -> dict[str, str]:
    """The key of an operator."""
    assert client
    with transaction(database, ALPHA, SYSTEM, "tests.person") as session:
        user = a_user(session, Role.OPERATOR)
        key = people.issue_api_key(
            session, "alpha", name="operator", role=Role.OPERATOR, user_id=user.id
        )
    return {"Authorization": f"Bearer {key}"}


def test_a_payment_is_recorded_read_and_taken_back(client: FlaskClient, operator: dict[str, str]):
    kept = client.post("/v1/receipts", json=PAYMENT, headers=operator)
    again = client.post("/v1/receipts", json=PAYMENT, headers=operator)
    assert (kept.status_code, again.json) == (201, kept.json), kept.json
    [part] = kept.json["paid"]
    assert (part["number"], part["amount"]["amount"]) == ("FV/2026/11/0001", "123.00")
    assert kept.json["unapplied"] == {"amount": "7.00", "currency": "PLN"}
    listed = client.get("/v1/receipts?payer=C-1", headers=operator)
    assert listed.json == [kept.json]

    bounced = client.post(
        f"/v1/receipts/{kept.json['id']}/bounce", json={"bounced_on": DAY}, headers=operator
    )

    assert (bounced.status_code, bounced.json["paid"]) == (200, []), bounced.json
    left = client.get("/v1/receipts/open-invoices?payer=C-1&currency=PLN", headers=operator)
    assert [each["open"]["amount"] for each in left.json] == ["123.00"]


def test_a_payment_told_differently_is_a_conflict(client: FlaskClient, operator: dict[str, str]):
    client.post("/v1/receipts", json=PAYMENT, headers=operator)
    other = PAYMENT | {"amount": {"amount": "130.01", "currency": "PLN"}}

    refused = client.post("/v1/receipts", json=other, headers=operator)

    assert refused.status_code == 409
    assert "W/1 is kept with 130.00 PLN" in refused.json["detail"]
