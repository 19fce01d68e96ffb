"""Contracts are signed as sets; an identifier belongs to one subscription at a time."""

from datetime import UTC, date, datetime

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from i18n.errors import DomainError
from settlement.agreements.contract import (
    BadContractNumber,
    BadIdentifier,
    BadPaymentDays,
    ContractExists,
    IdentifierNotInUse,
    IdentifierTaken,
    NewContract,
    NewSubscription,
    NoSuchContract,
    NoSuchSubscription,
    NotACustomer,
    OutsideTheContract,
    SubscriptionCurrencyDiffers,
)
from settlement.agreements.contracts import service, store
from settlement.agreements.policies import UnknownPolicy, UnknownPolicyValue
from settlement.catalogue.published import NoSuchProduct, NoSuchTariff
from settlement.catalogue.succession import NoTimeAtAll
from settlement.parties.service import NoSuchParty, register_many
from tenants.directory import service as directory
from tenants.persistence.database import Database
from tenants.principal import SYSTEM
from tenants.session import TenantSession, reading, transaction
from tests.settlement.agreements.builders import (
    DECEMBER,
    NOVEMBER,
    NUMBER,
    OCTOBER,
    a_contract,
    a_market,
    a_partner,
)
from tests.settlement.parties.builders import a_party, a_registered_party
from tests.world import a_tenant


@pytest.fixture(autouse=True)
def market(session: TenantSession) -> None:
    a_market(session)


def holders(session: TenantSession) -> list[tuple[object, ...]]:
    keys = service.subscription_keys(session, date(2026, 1, 1), date(2027, 1, 1))
    numbers = {str(each.customer_id): each.number for each in service.contracts(session)}
    return [
        (identifier, numbers[customer], *days)
        for identifier, customer, *days in keys.select(
            "identifier", "customer", "valid_from", "valid_until"
        ).iter_rows()
    ]


def only_subscription(session: TenantSession, number: str) -> object:
    contract = service.contract_by_number(session, number)
    return service.subscriptions(session, contract.id)[0].id


def test_a_contract_reads_back_as_it_was_signed(session: TenantSession) -> None:
    customer = a_registered_party(session)

    signed = service.sign(
        session, "U/7", customer.id, "PLN", OCTOBER, DECEMBER, 21, {"tax_rounding": "line"}
    )

    assert service.contract(session, signed.id) == signed
    assert service.contract_by_number(session, "U/7") == signed
    assert service.contracts(session, customer.id) == [signed]
    assert (signed.payment_days, signed.policies) == (21, {"tax_rounding": "line"})


def test_rating_is_told_who_subscribes_to_what(session: TenantSession) -> None:
    contract = a_contract(session, "U/1", NUMBER)

    (subscriber,) = service.subscribers(session, OCTOBER, NOVEMBER)
    (key,) = service.subscription_keys(session, OCTOBER, NOVEMBER).to_dicts()

    assert (subscriber.product, subscriber.tariff, subscriber.currency) == ("VOICE", "gold", "PLN")
    assert (subscriber.valid_from, subscriber.valid_until) == (OCTOBER, None)
    assert key == {
        "identifier": NUMBER,
        "subscription": str(subscriber.subscription_id),
        "contract": str(contract.id),
        "customer": str(contract.customer_id),
        "tariff": "gold",
        "zone": "Europe/Warsaw",
        "valid_from": OCTOBER,
        "valid_until": None,
    }


def test_only_those_that_hold_in_the_days_asked_for_are_told(session: TenantSession) -> None:
    a_contract(session, "U/1", NUMBER, valid_until=NOVEMBER)

    def told(first: date, until: date) -> tuple[int, int]:
        keys = service.subscription_keys(session, first, until)
        return len(service.subscribers(session, first, until)), keys.height

    assert told(OCTOBER, NOVEMBER) == (1, 1)
    assert told(date(2026, 10, 31), DECEMBER) == (1, 1)
    assert told(NOVEMBER, DECEMBER) == (0, 0)
    assert told(date(2026, 9, 1), OCTOBER) == (0, 0)


def test_an_identifier_begins_with_the_local_day(session: TenantSession) -> None:
    a_contract(session, "U/1", NUMBER, valid_from=OCTOBER, valid_until=NOVEMBER)

    row = session.query(store.IdentifierRow).one()

    # Warsaw is two hours ahead of UTC on 1 October, and one hour on 1 November.
    assert row.valid_from == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert row.valid_until == datetime(2026, 10, 31, 23, tzinfo=UTC)


def test_a_number_is_used_again_after_it_was_released(session: TenantSession) -> None:
    a_contract(session, "U/1", NUMBER)
    a_contract(session, "U/2")

    service.release_identifier(session, NUMBER, NOVEMBER)
    service.assign_identifier(
        session,
        only_subscription(session, "U/2"),  # type: ignore[arg-type]
        f"+{NUMBER}",
        NOVEMBER,
    )

    assert holders(session) == [
        (NUMBER, "U/1", OCTOBER, NOVEMBER),
        (NUMBER, "U/2", NOVEMBER, None),
    ]


def test_a_number_that_somebody_has_is_refused_by_name(session: TenantSession) -> None:
    a_contract(session, "U/1", NUMBER)

    with pytest.raises(IdentifierTaken, match=f"{NUMBER} belongs to contract U/1"):
        a_contract(session, "U/2", NUMBER, valid_from=NOVEMBER)


def test_a_set_cannot_give_a_number_twice(session: TenantSession) -> None:
    with pytest.raises(IdentifierTaken, match="of the same set"):
        a_contract(session, "U/1", NUMBER, f"+{NUMBER}")


def test_a_number_before_it_was_somebody_elses_is_free(session: TenantSession) -> None:
    a_contract(session, "U/1", NUMBER, valid_from=NOVEMBER)

    a_contract(session, "U/2", NUMBER, valid_from=OCTOBER, valid_until=NOVEMBER)

    assert [row[1:] for row in holders(session)] == [
        ("U/2", OCTOBER, NOVEMBER),
        ("U/1", NOVEMBER, None),
    ]


def test_the_database_refuses_two_holders_too(session: TenantSession) -> None:
    a_contract(session, "U/1", NUMBER)
    row = session.query(store.IdentifierRow).one()

    session.add(
        store.IdentifierRow(
            tenant_id=session.tenant_id,
            id=session.ids.new(),
            subscription_id=row.subscription_id,
            identifier=NUMBER,
            valid_from=datetime(2026, 12, 1, tzinfo=UTC),
            valid_until=None,
        )
    )

    with pytest.raises(IntegrityError, match="identifiers_do_not_overlap"):
        session.flush()


def test_nobody_has_a_number_that_was_never_given(session: TenantSession) -> None:
    with pytest.raises(IdentifierNotInUse, match="belongs to nobody on 2026-10-01"):
        service.release_identifier(session, NUMBER, OCTOBER)


def test_ending_a_subscription_releases_its_numbers(session: TenantSession) -> None:
    a_contract(session, "U/1", NUMBER)
    subscription = only_subscription(session, "U/1")
    service.assign_identifier(session, subscription, "48602000000", DECEMBER)  # type: ignore[arg-type]

    service.end_subscription(session, subscription, NOVEMBER)  # type: ignore[arg-type]

    # The number that was to begin in December never does.
    assert holders(session) == [(NUMBER, "U/1", OCTOBER, NOVEMBER)]
    (subscriber,) = service.subscribers(session, OCTOBER, DECEMBER)
    assert subscriber.valid_until == NOVEMBER


def test_terminating_a_contract_ends_its_subscriptions(session: TenantSession) -> None:
    contract = a_contract(session, "U/1", NUMBER)
    service.subscribe(session, contract.id, "VOICE", "gold", OCTOBER, identifiers=["card-1"])

    ended = service.terminate(session, contract.id, NOVEMBER)

    assert ended.valid_until == NOVEMBER
    assert {row[3] for row in holders(session)} == {NOVEMBER}
    assert service.subscribers(session, NOVEMBER, DECEMBER) == []


def test_a_subscription_lies_within_its_contract(session: TenantSession) -> None:
    contract = a_contract(session, "U/1", valid_until=NOVEMBER)

    inherited = service.subscribe(session, contract.id, "VOICE", "gold", date(2026, 10, 5))

    assert inherited.valid_until == NOVEMBER
    with pytest.raises(OutsideTheContract, match="contract U/1, which is from 2026-10-01"):
        service.subscribe(session, contract.id, "VOICE", "gold", OCTOBER, DECEMBER)
    with pytest.raises(OutsideTheContract):
        service.assign_identifier(session, inherited.id, NUMBER, OCTOBER)


def test_thousands_are_signed_as_a_set(database: Database, owner: psycopg.Connection) -> None:
    contracts = [
        NewContract(
            number=f"U/{n:04}",
            customer=f"c{n:04}",
            currency="PLN",
            valid_from=OCTOBER,
            subscriptions=(NewSubscription("VOICE", "gold", (f"48601{n:06}", f"card-{n}")),),
        )
        for n in range(1_000)
    ]
    alpha = a_tenant("alpha")
    with transaction(database, alpha.id, SYSTEM, "tests.signed") as session:
        directory.create_tenant(session, alpha)
        a_market(session)
        register_many(session, [a_party(session, f"c{n:04}") for n in range(1_000)])

        signed = service.load_contracts(session, contracts)

        assert [each.number for each in signed] == [f"U/{n:04}" for n in range(1_000)]
    # What autovacuum does within a minute: the server learns how many rows there are.
    owner.execute("ANALYZE")
    with reading(database, alpha.id, SYSTEM) as session:
        assert len(service.subscribers(session, OCTOBER, NOVEMBER)) == 1_000
        assert service.subscription_keys(session, OCTOBER, NOVEMBER).height == 2_000


def new(**changes: object) -> NewContract:
    facts: dict[str, object] = {
        "number": "U/1",
        "customer": "nowak",
        "currency": "PLN",
        "valid_from": OCTOBER,
    }
    return NewContract(**(facts | changes))  # type: ignore[arg-type]


CALLS = NewSubscription("VOICE", "gold")


@pytest.mark.parametrize(
    ("contract", "error"),
    [
        (new(number="U 1"), BadContractNumber),
        (new(payment_days=-1), BadPaymentDays),
        (new(valid_until=OCTOBER), NoTimeAtAll),
        (new(customer="nobody"), NoSuchParty),
        (new(customer="melodia"), NotACustomer),
        (new(policies={"tax_rouding": "line"}), UnknownPolicy),
        (new(policies={"tax_rounding": "lines"}), UnknownPolicyValue),
        (new(currency="EUR", subscriptions=(CALLS,)), SubscriptionCurrencyDiffers),
        (new(subscriptions=(NewSubscription("FAX", "gold"),)), NoSuchProduct),
        (new(subscriptions=(NewSubscription("VOICE", "tin"),)), NoSuchTariff),
        (new(subscriptions=(NewSubscription("VOICE", "gold", ("4 8",)),)), BadIdentifier),
        (new(subscriptions=(NewSubscription("VOICE", "gold", ("",)),)), BadIdentifier),
    ],
)
def test_a_contract_that_cannot_hold_is_refused_with_all_of_its_set(
    session: TenantSession, contract: NewContract, error: type[DomainError]
) -> None:
    a_registered_party(session, "nowak")
    a_partner(session, "melodia")

    with pytest.raises(error):
        service.load_contracts(session, [new(number="U/0"), contract])
    assert service.contracts(session) == []


def test_a_number_of_a_contract_is_taken_once(session: TenantSession) -> None:
    a_contract(session, "U/1")

    with pytest.raises(ContractExists, match="already a contract U/1"):
        service.load_contracts(session, [new(customer="customer-U-1")])
    with pytest.raises(ContractExists, match="U/2"):
        twins = [new(number="U/2", customer="customer-U-1")] * 2
        service.load_contracts(session, twins)


def test_what_is_not_there_is_not_found(session: TenantSession) -> None:
    unknown = session.ids.new()
    with pytest.raises(NoSuchContract):
        service.contract(session, unknown)
    with pytest.raises(NoSuchContract, match="U/9"):
        service.contract_by_number(session, "U/9")
    with pytest.raises(NoSuchSubscription):
        service.end_subscription(session, unknown, NOVEMBER)


def test_two_tenants_may_have_the_same_number(database: Database) -> None:
    for code in ("alpha", "beta"):
        with transaction(database, a_tenant(code).id, SYSTEM, "agreements.sign") as theirs:
            directory.create_tenant(theirs, a_tenant(code))
            a_market(theirs)
            a_contract(theirs, "U/1", NUMBER)

    with reading(database, a_tenant("alpha").id, SYSTEM) as ours:
        assert [row[0] for row in holders(ours)] == [NUMBER]
