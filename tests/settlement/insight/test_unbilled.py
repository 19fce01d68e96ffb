"""Unbilled usage is the rating itself: there at once, and the same as what is booked later."""

import datetime as dt
import json
from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from currencies.money import money, shown
from mediation import service as mediation
from mediation.sources import service as sources
from settlement.agreements.conditions import service as conditions
from settlement.agreements.contract import NewContract, NewSubscription
from settlement.agreements.contracts import service as contracts
from settlement.app import web
from settlement.catalogue import service as catalogue
from settlement.catalogue.products import service as products
from settlement.insight.unbilled import service
from settlement.periods import service as periods
from settlement.rating.charge_line import ChargeLine
from settlement.rating.runs import service as rating_runs
from tenants.directory import service as directory
from tenants.people import service as people
from tenants.persistence.database import Database
from tenants.principal import SYSTEM, Role
from tenants.session import TenantSession, transaction
from tests.settlement.parties.builders import a_registered_party
from tests.world import a_tenant

JANUARY = dt.date(2026, 1, 1)
# 0.60 a minute after 60 free seconds a month, for the whole family together; the line costs 20.00.
TERMS = {
    "code": "family",
    "currency": "PLN",
    "valid_from": "2026-01-01",
    "voice": {
        "price": "0.60",
        "allowances": [{"code": "free", "amount": 60, "shared_by": "customer"}],
    },
    "fees": [{"product": "line", "kind": "recurring", "amount": "20.00"}],
}


def a_customer(session: TenantSession, code: str, *numbers: str) -> UUID:
    party = a_registered_party(session, code)
    subscriptions = tuple(NewSubscription("mobile", "family", (number,)) for number in numbers)
    contracts.load_contracts(
        session,
        [NewContract(f"K-{code}", code, "PLN", JANUARY, subscriptions=subscriptions)],
    )
    return party.id


@pytest.fixture
def anna(session: TenantSession) -> UUID:
    """Anna has two numbers, Boris one; November is open and the exchange sends events."""
    products.add_product(session, "mobile", "Mobile", "voice")
    products.add_product(session, "line", "Line", "fee")
    catalogue.publish_tariff(session, "family", "Family", TERMS, JANUARY)
    sources.register_source(session, "exchange", "Exchange", "events", {})
    periods.open_period(session, "2026-11")
    a_customer(session, "boris", "48501100009")
    return a_customer(session, "anna", "48501100001", "48501100002")


def call(number: str, event: str, minute: int, seconds: int) -> dict[str, object]:
    return {
        "id": event,
        "kind": "voice",
        "a_number": number,
        "b_number": "48226000001",
        "occurred_at": f"2026-11-01T10:{minute:02d}:00Z",
        "duration_seconds": seconds,
    }


def test_what_is_charged_individually_is_seen_by_whom_it_concerns(
    session: TenantSession, anna: UUID
) -> None:
    for number, amount in (("K-anna", "5.00 PLN"), ("K-boris", "7.00 PLN")):
        contract = contracts.contract_by_number(session, number)
        subscription = contracts.subscriptions(session, contract.id)[0].id
        day = dt.date(2026, 11, 2)
        conditions.charge(session, subscription, "line", day, money(amount), "a visit")

    [month] = service.of_customer(session, anna).months

    charged = [shown(line.money) for line in month.lines if line.service == "individual"]
    assert charged == ["5.00 PLN"]


def usage_lines(session: TenantSession, customer: UUID) -> list[tuple[object, ...]]:
    [month] = service.of_customer(session, customer).months
    return sorted((line.service, line.events, shown(line.money)) for line in month.lines)


def test_an_event_is_there_as_soon_as_it_was_accepted(session: TenantSession, anna: UUID):
    assert usage_lines(session, anna) == [("recurring", 1, "20.00 PLN")] * 2

    mediation.ingest_events(session, "exchange", [call("48501100001", "e1", 5, 120)])

    # 60 of the 120 seconds are free, 60 cost 0.60.
    assert ("voice", 1, "0.60 PLN") in usage_lines(session, anna)


def test_what_happened_first_takes_the_allowance_of_the_family(session: TenantSession, anna: UUID):
    later, first = call("48501100001", "e1", 30, 60), call("48501100002", "e2", 10, 60)
    mediation.ingest_events(session, "exchange", [later])
    mediation.ingest_events(session, "exchange", [first])

    [month] = service.of_customer(session, anna).months

    amounts = month.charges.select("record_key", "amount_3600").rows()
    assert [amount for _, amount in amounts] == [0, Decimal("0.60") * 3600]


def test_nobody_sees_the_usage_of_another(session: TenantSession, anna: UUID):
    mediation.ingest_events(session, "exchange", [call("48501100009", "e1", 5, 600)])

    assert [line[0] for line in usage_lines(session, anna)] == ["recurring", "recurring"]


def test_who_has_no_number_has_used_nothing(session: TenantSession, anna: UUID):
    mediation.ingest_events(session, "exchange", [call("48501100009", "e1", 5, 600)])

    assert usage_lines(session, a_registered_party(session, "carol").id) == []


def test_it_is_what_the_rating_of_the_month_books(session: TenantSession, anna: UUID):
    events = [
        call(number, f"e{each}", each, 37 * each)
        for each, number in enumerate(["48501100001", "48501100002", "48501100009"] * 4, 1)
    ]
    mediation.ingest_events(session, "exchange", events[::-1])
    seen = service.of_customer(session, anna).months[0].lines

    periods.rate(session, "2026-11")

    booked = [
        line
        for line in rating_runs.lines_of_period(session, periods.period(session, "2026-11").id)
        if line.party_id == anna
    ]

    def in_order(line: ChargeLine) -> str:
        return repr(line.key)

    assert sorted(seen, key=in_order) == sorted(booked, key=in_order)
    # A fee and a line of calls for each of the two numbers.
    assert len(booked) == 4


def test_a_customer_asks_for_its_own_only(database: Database):
    with transaction(database, a_tenant("alpha").id, SYSTEM, "tests.set_up") as session:
        directory.create_tenant(session, a_tenant("alpha"))
        products.add_product(session, "mobile", "Mobile", "voice")
        catalogue.publish_tariff(session, "family", "Family", TERMS, JANUARY)
        sources.register_source(session, "exchange", "Exchange", "events", {})
        periods.open_period(session, "2026-11")
        own, other = a_customer(session, "anna", "48501100001"), a_customer(session, "boris")
        system = people.issue_api_key(session, "alpha", name="app", role=Role.OPERATOR)
        key = people.issue_api_key(
            session, "alpha", name="anna", role=Role.CUSTOMER_USER, party_id=own
        )
    client: FlaskClient = web.create_app(database).test_client()
    sent = client.post(
        "/v1/usage-events?source=exchange",
        data=json.dumps([call("48501100001", "e1", 5, 120)]),
        headers={"Authorization": f"Bearer {system}"},
    )
    assert [answer["status"] for answer in sent.json] == ["accepted"]

    own_answer, other_answer = (
        client.get(f"/v1/parties/{each}/unbilled-usage", headers={"Authorization": f"Bearer {key}"})
        for each in (own, other)
    )

    [month] = own_answer.json["months"]
    assert month["totals"] == [{"amount": "20.60", "currency": "PLN"}]
    assert [event["kind"] for event in month["latest"]] == ["voice", "voice"]
    assert other_answer.status_code == 404
