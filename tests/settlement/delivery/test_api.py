"""Deliveries over HTTP and as pages: chosen, seen, sent again, told of by what came back."""

import pytest
from flask.testing import FlaskClient

from settlement.app import web
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import transaction
from tests.settlement.delivery.builders import (
    ALPHA,
    a_customer,
    all_of_them,
    an_operator,
    delivered,
    issued,
)
from tests.settlement.delivery.mail_server import listening
from tests.settlement.delivery.mailing.test_message import a_report
from tests.tenants.people.builders import a_user


@pytest.fixture
def client(database: Database) -> FlaskClient:
    return web.create_app(database).test_client()


def test_from_the_choice_to_the_bounce_and_the_portal(
    client: FlaskClient, database: Database
) -> None:
    an_operator(database)
    with transaction(database, ALPHA, SYSTEM, "tests.set_up") as session:
        party = a_customer(session).id
        document = issued(session, party)
        user = a_user(session, Role.OPERATOR)
        key = people.issue_api_key(session, "alpha", name="k", role=Role.OPERATOR, user_id=user.id)
        reader = a_user(session, Role.CUSTOMER_USER, party)
        own = people.issue_api_key(
            session, "alpha", name="o", role=Role.CUSTOMER_USER, user_id=reader.id, party_id=party
        )
    operator, customer = ({"Authorization": f"Bearer {each}"} for each in (key, own))

    for channel in ("email", "portal"):
        body = {"channel": channel, "valid_from": "2026-11-01", "party_id": str(party)}
        chosen = client.put("/v1/delivery-choices", json=body, headers=operator)
        assert chosen.status_code == 200, chosen.json
    listed = client.get(f"/v1/delivery-choices?party_id={party}", headers=operator).json
    assert [each["channel"] for each in listed] == ["email", "portal"]
    with listening() as box:
        delivered(database, smtp_url=box.url)
    [mailed] = client.get("/v1/deliveries?channel=email", headers=operator).json
    assert (mailed["state"], mailed["number"]) == ("sent", "FV/2026/0001")

    report = a_report("failed", mailed["steps"][-1]["reference"])
    for told in ({"bounced": 1}, {"known": 1}):
        came = client.post("/v1/deliveries/reports", data=report, headers=operator)
        assert came.json == told
    place = f"/v1/deliveries/{mailed['id']}"
    assert client.get(place, headers=operator).json["state"] == "bounced"
    again = client.post(f"{place}/retry", json={"why": "corrected"}, headers=operator)
    assert (again.status_code, again.json["state"]) == (200, "waiting")
    assert client.post(f"{place}/retry", json={}, headers=operator).status_code == 409

    # What its reader downloads first is delivered; what we download ourselves is not.
    client.get(f"/v1/documents/{document}/pdf", headers=operator)
    delivered(database, 60, smtp_url="smtp://127.0.0.1:1")
    states = {each.channel.value: each.state.value for each in all_of_them(database)}
    assert states == {"email": "failed", "portal": "sent"}
    client.get(f"/v1/documents/{document}/pdf", headers=customer)
    delivered(database, 61)
    [shown] = client.get("/v1/deliveries?channel=portal", headers=operator).json
    assert shown["state"] == "delivered"
    assert shown["steps"][-1]["answer"].startswith("downloaded by ")
