"""A number that a subscription is given is busy, and rests after it was given back."""

from datetime import date
from uuid import UUID

import pytest

from settlement.agreements.contracts import service as contracts
from settlement.agreements.numbers import service
from settlement.inventory import service as inventory
from settlement.inventory.resource import ResourceNotFree
from tenants.session import TenantSession
from tests.settlement.agreements.builders import (
    DECEMBER,
    NOVEMBER,
    NUMBER,
    OCTOBER,
    a_contract,
    a_market,
)

OTHER = "48601234568"


@pytest.fixture(autouse=True)
def market(session: TenantSession) -> None:
    a_market(session)


def stock(session: TenantSession, rest: int = 30) -> None:
    service.import_numbers(session, "Warsaw", NUMBER, OTHER, rest)


def told(session: TenantSession, number: str = NUMBER) -> list[tuple[str, date, date | None]]:
    (found,) = (each for each in inventory.resources(session, OCTOBER) if each.code == number)
    return [
        (stay.state, stay.valid_from, stay.ends_on)
        for stay in inventory.history(session, found.id)
        if stay.ends_on != stay.valid_from
    ]


def subscription(session: TenantSession, number: str) -> UUID:
    contract = contracts.contract_by_number(session, number)
    return contracts.subscriptions(session, contract.id)[0].id


def test_a_number_is_busy_while_a_subscription_has_it(session: TenantSession) -> None:
    stock(session)

    a_contract(session, "U/1", NUMBER, "login@example")

    assert told(session) == [("busy", OCTOBER, None)]
    assert told(session, OTHER) == []


def test_what_contracts_have_is_busy_from_the_import_on(session: TenantSession) -> None:
    a_contract(session, "U/1", NUMBER, valid_until=NOVEMBER)
    a_contract(session, "U/2", f"+{NUMBER}", valid_from=DECEMBER)

    stock(session)

    assert told(session) == [
        ("busy", OCTOBER, NOVEMBER),
        ("quarantine", NOVEMBER, DECEMBER),
        ("busy", DECEMBER, None),
    ]


def test_a_number_rests_after_a_subscription_ended(session: TenantSession) -> None:
    stock(session)
    a_contract(session, "U/1", NUMBER)

    contracts.end_subscription(session, subscription(session, "U/1"), NOVEMBER)

    assert told(session) == [
        ("busy", OCTOBER, NOVEMBER),
        ("quarantine", NOVEMBER, DECEMBER),
    ]
    with pytest.raises(ResourceNotFree, match="quarantine from 2026-11-01 until 2026-12-01"):
        a_contract(session, "U/2", NUMBER, valid_from=date(2026, 11, 30))


def test_after_its_rest_a_number_is_given_to_another(session: TenantSession) -> None:
    stock(session)
    a_contract(session, "U/1", NUMBER)
    contracts.release_identifier(session, NUMBER, NOVEMBER)
    a_contract(session, "U/2", valid_from=OCTOBER)

    contracts.assign_identifier(session, subscription(session, "U/2"), NUMBER, DECEMBER)

    assert told(session)[-1] == ("busy", DECEMBER, None)


def test_an_end_that_was_agreed_and_comes_sooner_moves_the_rest(session: TenantSession) -> None:
    stock(session)
    a_contract(session, "U/1", NUMBER, valid_until=DECEMBER)
    before = told(session)

    contracts.terminate(session, contracts.contract_by_number(session, "U/1").id, date(2026, 10, 2))

    assert before == [
        ("busy", OCTOBER, DECEMBER),
        ("quarantine", DECEMBER, date(2026, 12, 31)),
    ]
    assert told(session) == [
        ("busy", OCTOBER, date(2026, 10, 2)),
        ("quarantine", date(2026, 10, 2), NOVEMBER),
    ]


def test_what_never_began_does_not_rest(session: TenantSession) -> None:
    stock(session)
    a_contract(session, "U/1")
    contracts.assign_identifier(
        session, subscription(session, "U/1"), NUMBER, NOVEMBER, date(2026, 11, 20)
    )

    contracts.end_subscription(session, subscription(session, "U/1"), date(2026, 10, 10))

    assert told(session) == []


def test_a_number_without_a_rest_is_free_at_once(session: TenantSession) -> None:
    stock(session, rest=0)
    a_contract(session, "U/1", NUMBER)

    contracts.release_identifier(session, NUMBER, NOVEMBER)
    a_contract(session, "U/2", NUMBER, valid_from=NOVEMBER)

    assert told(session) == [("busy", OCTOBER, NOVEMBER), ("busy", NOVEMBER, None)]


def test_a_number_reserved_for_a_customer_is_given_to_no_other(session: TenantSession) -> None:
    stock(session)
    a_contract(session, "U/1")
    number = inventory.resources(session, OCTOBER)[0].id
    inventory.reserve(session, number, "as agreed", OCTOBER, DECEMBER, "customer-U-1")

    with pytest.raises(ResourceNotFree, match="reserved"), session.begin_nested():
        a_contract(session, "U/2", NUMBER)
    contracts.assign_identifier(session, subscription(session, "U/1"), NUMBER, NOVEMBER)

    assert told(session) == [("reserved", OCTOBER, NOVEMBER), ("busy", NOVEMBER, None)]
