"""A carrier sends and fetches messages over HTTP, as itself only."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from settlement.app import web
from settlement.disputes.objections.api import exchange_answers
from settlement.interconnect.exchange.api import exchange_messages
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import reading, transaction
from tests.settlement.interconnect.exchange import Exchange, an_exchange
from tests.settlement.interconnect.exchanging.carrier import Carrier
from tests.settlement.interconnect.test_api import ALPHA, as_carrier, as_operator, as_rival
from tests.statements.exchange.builders import a_key_pair, read
from tests.world import a_tenant

SENT = {"Content-Type": "application/xml"}


@pytest.fixture
def exchange(database: Database) -> Exchange:
    with transaction(database, ALPHA, SYSTEM, "tests.exchange") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        return an_exchange(session)


@pytest.fixture
def client(database: Database, exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(web, "API", [exchange_messages, exchange_answers])
    monkeypatch.setattr(web, "PAGES", [])
    return web.create_app(database).test_client()


def test_messages_go_both_ways_and_another_carrier_sees_none(
    client: FlaskClient, database: Database, exchange: Exchange
) -> None:
    carrier, operator = as_carrier(database, exchange), as_operator(database)
    with reading(database, ALPHA, SYSTEM) as session:
        speaker = Carrier(session, exchange)
        speaker.counts()
        totals = speaker.totals()

    refused = client.post("/v1/exchange/messages", data=b"<x/>", headers=carrier | SENT)
    keyed = carrier | SENT | {"Idempotency-Key": "totals-of-october"}
    accepted = client.post("/v1/exchange/messages", data=totals, headers=keyed)
    proposed = client.post(
        "/v1/exchange/settlements",
        headers=operator,
        json={
            "agreement": "IC-atlantic",
            "period": "2026-10",
            "kind": "Proposal",
            "amounts": [{"direction": "incoming", "amount": "10.00"}],
        },
    )

    assert [each.status_code for each in (refused, accepted, proposed)] == [200, 200, 201]
    assert read(refused.data)[0].verdict == "refused"
    assert read(accepted.data)[0].verdict == "accepted"
    listed: Any = client.get("/v1/exchange/messages", headers=carrier).json
    assert [(each["origin"], each["kind"], each["verdict"]) for each in listed] == [
        ("theirs", None, "refused"),
        ("ours", "Acknowledgement", "sent"),
        ("theirs", "BucketTotals", "accepted"),
        ("ours", "Acknowledgement", "sent"),
        ("ours", "BucketTotals", "sent"),
        ("ours", "Proposal", "sent"),
    ]
    ours = f"/v1/exchange/messages/{listed[5]['id']}/xml"
    assert read(client.get(ours, headers=carrier).data)[0].settled[0].amount == 10
    assert client.get(ours, headers=as_rival(database)).status_code == 404
    (state,) = client.get("/v1/exchange/states", headers=carrier).json
    assert (state["state"], state["waits_for"], state["buckets_differing"]) == (
        "proposed",
        "theirs",
        0,
    )


def test_who_sends_must_be_known_and_kinds_that_answer_by_themselves_are_not_sent(
    client: FlaskClient, database: Database, exchange: Exchange
) -> None:
    operator = as_operator(database)
    body = {
        "agreement": "IC-atlantic",
        "period": "2026-10",
        "kind": "Records",
        "amounts": [{"direction": "incoming", "amount": "1"}],
    }

    nobody = client.post("/v1/exchange/messages", data=b"<x/>", headers=operator | SENT)
    records = client.post("/v1/exchange/settlements", headers=operator, json=body)
    certificate = {"carrier_id": str(exchange.carrier_id), "certificate": a_key_pair()[1]}
    registered = client.post("/v1/exchange/certificates", headers=operator, json=certificate)

    assert (nobody.status_code, nobody.json["type"]) == (422, "urn:problem:carrier-missing")
    assert (records.status_code, records.json["type"]) == (422, "urn:problem:not-for-people")
    assert registered.status_code == 201
    (listed,) = client.get("/v1/exchange/certificates", headers=operator).json
    assert listed["fingerprint"] == registered.json["fingerprint"]
