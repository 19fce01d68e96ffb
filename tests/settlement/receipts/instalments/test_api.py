"""Instalments over HTTP and as pages: tried, agreed, seen by the customer, withdrawn."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient

from settlement.app import web
from settlement.billing import service as billing
from settlement.periods import service as periods
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.settlement.billing.builders import a_customer, charged, october
from tests.tenants.people.builders import a_user
from tests.world import a_tenant

ALPHA = a_tenant("alpha").id


class World(NamedTuple):
    staff: FlaskClient
    customer: FlaskClient
    document: str


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """A customer with an invoice over 123.00, its user, and an operator."""
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        party_id = a_customer(session)
        charged(session, october(session), party_id, "100.00")
        periods.close(session, "2026-10")
        [issued] = billing.bill_period(session, "2026-10").issued
        operator = a_user(session, Role.OPERATOR)
        key = people.issue_api_key(
            session, "alpha", name="operator", role=Role.OPERATOR, user_id=operator.id
        )
        own = a_user(session, Role.CUSTOMER_USER, party_id=party_id, email="own@c1.example")
        own_key = people.issue_api_key(
            session, "alpha", name="own", role=Role.CUSTOMER_USER, user_id=own.id
        )
    app = web.create_app(database)
    clients = []
    for each in (key, own_key):
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {each}"
        clients.append(client)
    yield World(clients[0], clients[1], str(issued.id))


def test_a_plan_is_tried_agreed_seen_and_withdrawn(world: World) -> None:
    staff, customer, document = world
    wanted = {"document_id": document, "count": 2, "first_on": "2026-12-01"}

    tried = staff.post("/v1/instalment-plans/preview", json=wanted).json
    assert [each["amount"]["amount"] for each in tried["instalments"]] == ["61.50", "61.50"]
    assert staff.get("/v1/instalment-plans").json == []

    named = [
        {"due_on": "2026-12-01", "amount": {"amount": "100.00", "currency": "PLN"}},
        {"due_on": "2026-12-31", "amount": {"amount": "23.00", "currency": "PLN"}},
    ]
    answer = staff.post(
        "/v1/instalment-plans",
        json={"document_id": document, "instalments": named, "reason": "by letter"},
    )
    assert answer.status_code == 201
    assert (answer.json["status"], answer.json["reason"]) == ("agreed", "by letter")
    assert staff.post("/v1/instalment-plans/preview", json=wanted).status_code == 409
    [listed] = staff.get(f"/v1/instalment-plans?document_id={document}").json
    assert [each["open"]["amount"] for each in listed["instalments"]] == ["100.00", "23.00"]
    due = staff.get("/v1/receipts/open-invoices?payer=C-1&currency=PLN").json
    assert [(each["due_on"], each["instalment"]) for each in due] == [
        ("2026-12-01", 1),
        ("2026-12-31", 2),
    ]

    [own] = customer.get("/v1/own/instalment-plans").json
    assert [each["due_on"] for each in own["instalments"]] == ["2026-12-01", "2026-12-31"]
    assert "by letter" not in str(own)
    page = customer.get("/own/instalments").text
    assert "FV/2026/11/0001" in page
    assert f'href="/own/instalments/{document}"' in page
    page = customer.get(f"/own/instalments/{document}").text
    assert "FV/2026/11/0001" in page
    assert "100.00" in page
    assert "by letter" not in page
    assert f'href="/own/instalments/{document}"' in customer.get("/own/invoices").text

    ended = staff.post(
        f"/v1/instalment-plans/{listed['id']}/withdrawal", json={"reason": "paid at once"}
    ).json
    assert (ended["status"], ended["end_reason"]) == ("withdrawn", "paid at once")


def test_the_page_of_an_invoice_proposes_agrees_and_withdraws(world: World) -> None:
    staff, _customer, document = world
    address = f"/instalments/{document}"
    assert address in staff.get(f"/documents/{document}").text

    page = staff.get(f"{address}?count=3&first_on=2026-12-01").text
    assert 'name="part-3"' in page
    assert 'value="2027-02-01"' in page

    sent = {
        "count": "2",
        "due-1": "2026-12-01",
        "part-1": "100",
        "due-2": "2027-01-01",
        "part-2": "23.00",
        "reason": "by telephone",
    }
    assert staff.post(address, data=sent).status_code == 303
    page = staff.get(address).text
    assert "by telephone" in page
    assert 'name="part-1"' not in page
    assert "are agreed already" in page
    assert "FV/2026/11/0001" in staff.get("/instalments").text

    [plan] = staff.get("/v1/instalment-plans").json
    answer = staff.post(f"/instalments/plans/{plan['id']}/withdrawal", data={"reason": "wrong"})
    assert answer.status_code == 303
    assert 'name="part-2"' in staff.get(address).text
