"""Sign contracts with customers, give them subscriptions and identifiers, and end them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import polars as pl

from currencies.units import minor_unit
from i18n.errors import few
from i18n.locale import Words, _, until_when
from settlement.agreements.contract import (
    Contract,
    ContractExists,
    IdentifierNotInUse,
    IdentifierTaken,
    NewContract,
    NewSubscription,
    NoSuchContract,
    NoSuchSubscription,
    NotACustomer,
    Subscriber,
    Subscription,
    checked_identifier,
    require_within,
)
from settlement.agreements.contract_rows import Known, Rows, add_subscription, ids_needed, rows_of
from settlement.agreements.contracts import store
from settlement.agreements.local_days import beginning_of, local_day
from settlement.catalogue import service as catalogue
from settlement.catalogue.products import service as products
from settlement.catalogue.succession import require_time
from settlement.inventory import service as inventory
from settlement.inventory.resource import Occupation
from settlement.parties import service as parties
from settlement.parties.party import Kind as PartyKind
from settlement.parties.party import Party
from tenants.session import TenantSession
from tenants.values import fields_of, value_of

# As rating takes them: local dates, half-open, null for no end.
SUBSCRIPTION_KEYS = pl.Schema(
    {
        "identifier": pl.String(),
        "subscription": pl.String(),
        "contract": pl.String(),
        "customer": pl.String(),
        "tariff": pl.String(),
        "zone": pl.String(),
        "valid_from": pl.Date(),
        "valid_until": pl.Date(),
    }
)


def sign(
    session: TenantSession,
    number: str,
    customer_id: UUID,
    currency: str,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    payment_days: int = 14,
    policies: Mapping[str, str] | None = None,
    payer_id: UUID | None = None,
) -> Contract:
    """Sign a contract with a customer. Raises as `load_contracts` does, and NoSuchParty."""
    customer = parties.party(session, customer_id)
    payer = None if payer_id is None else parties.party(session, payer_id).code
    new = NewContract(
        number, customer.code, currency, valid_from, valid_until, payment_days, policies or {},
        payer=payer,
    )  # fmt: skip
    return load_contracts(session, [new])[0]


def load_contracts(session: TenantSession, contracts: Iterable[NewContract]) -> list[Contract]:
    """Sign contracts with their subscriptions and identifiers, as one set: all or none.

    Customers are registered before, and named by code. Raises ContractExists, NotACustomer,
    NoSuchParty, NoSuchProduct, NoSuchTariff, IdentifierTaken, OutsideTheContract,
    SubscriptionCurrencyDiffers and what the checks raise.
    """
    contracts = list(contracts)
    _require_new_numbers(session, [contract.number for contract in contracts])
    known = _known(session, contracts)
    ids = iter(session.ids.many(ids_needed(contracts)))
    rows = rows_of(contracts, known, _stamp(session), ids)
    _require_free_identifiers(session, rows)
    store.insert_contracts(session, rows.contracts, rows.subscriptions, rows.identifiers)
    inventory.occupy(session, rows.occupations)
    return [_contract_of(row) for row in rows.contracts]


def subscribe(
    session: TenantSession,
    contract_id: UUID,
    product: str,
    tariff: str,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    identifiers: Sequence[str] = (),
) -> Subscription:
    """Add a subscription to a contract; product and tariff are named by code.

    Raises as `load_contracts` does, and NoSuchContract.
    """
    row = _contract_row(session, contract_id)
    customer = parties.party(session, row.customer_id)
    new = NewSubscription(product, tariff, tuple(identifiers), valid_from, valid_until)
    known = Known(
        {customer.code: customer},
        products.products_by_code(session, [product]),
        catalogue.tariffs_by_code(session, [tariff]),
    )
    rows = Rows()
    ids = iter(session.ids.many(1 + len(identifiers)))
    contract = fields_of(Contract, row)
    add_subscription(rows, new, contract, customer.time_zone, known, _stamp(session), ids)
    _require_free_identifiers(session, rows)
    store.insert_contracts(session, [], rows.subscriptions, rows.identifiers)
    inventory.occupy(session, rows.occupations)
    return _subscription_of(rows.subscriptions[0])


def assign_identifier(
    session: TenantSession,
    subscription_id: UUID,
    identifier: str,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
) -> None:
    """Give a subscription an identifier, by local days of its customer.

    Raises NoSuchSubscription, IdentifierTaken, OutsideTheContract, BadIdentifier, NoTimeAtAll.
    """
    subscription = _subscription_row(session, subscription_id)
    until = valid_until or subscription.valid_until
    require_time(valid_from, until)
    require_within(
        Words(_("the subscription")),
        valid_from,
        until,
        subscription.valid_from,
        subscription.valid_until,
    )
    customer = _customer_of(session, subscription)
    zone, identifier = customer.time_zone, checked_identifier(identifier)
    row = {
        "tenant_id": session.tenant_id,
        "id": session.ids.new(),
        "subscription_id": subscription_id,
        "identifier": identifier,
        "valid_from": beginning_of(valid_from, zone),
        "valid_until": beginning_of(until, zone) if until else None,
    }
    _require_free_identifiers(session, Rows(identifiers=[row]))
    store.insert_contracts(session, [], [], [row])
    taken = Occupation(identifier, subscription_id, customer.id, valid_from, until)
    inventory.occupy(session, [taken])


def release_identifier(session: TenantSession, identifier: str, on: dt.date) -> None:
    """Take an identifier from its subscription; `on` is the first local day without it.

    Raises IdentifierNotInUse.
    """
    identifier = checked_identifier(identifier)
    for row, _number, zone in store.identifier_holders(session, [identifier]):
        at = beginning_of(on, zone)
        if row.valid_from <= at and (row.valid_until is None or row.valid_until > at):
            row.valid_until = at
            session.flush()
            inventory.give_back(session, [identifier], row.subscription_id, on)
            return
    raise IdentifierNotInUse(identifier=identifier, on=on)


def end_subscription(session: TenantSession, subscription_id: UUID, on: dt.date) -> None:
    """End a subscription and release its identifiers; `on` is the first local day without it.

    Raises NoSuchSubscription and NoTimeAtAll.
    """
    subscription = _subscription_row(session, subscription_id)
    require_time(subscription.valid_from, on)
    at = beginning_of(on, _customer_of(session, subscription).time_zone)
    ending = store.identifiers_to_end(session, subscription_id, at)
    for row in ending:
        # One that was to begin later never begins: its validity becomes empty.
        row.valid_until = max(row.valid_from, at)
    inventory.give_back(session, [row.identifier for row in ending], subscription_id, on)
    if subscription.valid_until is None or subscription.valid_until > on:
        subscription.valid_until, subscription.ended_at = on, session.now()
    session.flush()


def terminate(session: TenantSession, contract_id: UUID, on: dt.date) -> Contract:
    """End a contract and all its subscriptions; `on` is the first local day without it.

    Raises NoSuchContract and NoTimeAtAll, the latter also where a subscription has yet to begin.
    """
    row = _contract_row(session, contract_id)
    require_time(row.valid_from, on)
    for subscription in store.subscription_rows(session, contract_id):
        if subscription.valid_until is None or subscription.valid_until > on:
            end_subscription(session, subscription.id, on)
    if row.valid_until is None or row.valid_until > on:
        row.valid_until = on
    session.flush()
    return contract(session, contract_id)


def contract(session: TenantSession, contract_id: UUID) -> Contract:
    """The contract with this id. Raises NoSuchContract."""
    return value_of(Contract, _contract_row(session, contract_id))


def contract_by_number(session: TenantSession, number: str) -> Contract:
    """The contract with this number. Raises NoSuchContract."""
    for row in store.contracts_by_number(session, [number]):
        return value_of(Contract, row)
    raise NoSuchContract(contract=number)


def contracts(
    session: TenantSession,
    customer_id: UUID | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> list[Contract]:
    """Contracts, or those of a customer, in the order of their numbers.

    A page begins after a number.
    """
    rows = store.contract_rows(session, customer_id, after, limit)
    return [value_of(Contract, row) for row in rows]


def subscriptions(session: TenantSession, contract_id: UUID) -> list[Subscription]:
    """The subscriptions under a contract, in the order in which they began."""
    rows = store.subscription_rows(session, contract_id)
    return [value_of(Subscription, row) for row in rows]


def subscription(session: TenantSession, subscription_id: UUID) -> Subscription:
    """The subscription with this id. Raises NoSuchSubscription."""
    row = _subscription_row(session, subscription_id)
    return value_of(Subscription, row)


def subscribers(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date, customer_id: UUID | None = None
) -> list[Subscriber]:
    """Subscriptions that hold on some day of [starts_on, ends_on), by contract number.

    Of one customer, or of all.
    """
    rows = store.subscribers_between(session, starts_on, ends_on, customer_id)
    return [Subscriber(**row._mapping) for row in rows]


def subscription_keys(
    session: TenantSession, starts_on: dt.date, ends_on: dt.date, customer_id: UUID | None = None
) -> pl.DataFrame:
    """Who pays for an identifier, by local days: a frame of SUBSCRIPTION_KEYS.

    Of one customer, or of all.
    """
    rows = store.keys_between(session, starts_on, ends_on, customer_id)
    return pl.DataFrame([tuple(row) for row in rows], schema=SUBSCRIPTION_KEYS, orient="row")


def holders(session: TenantSession, identifiers: Sequence[str]) -> list[Occupation]:
    """Who has these identifiers, had them and will have them, by local days of the customer."""
    found = []
    for row, _number, zone in store.identifier_holders(session, identifiers):
        first = local_day(row.valid_from, zone)
        until = None if row.valid_until is None else local_day(row.valid_until, zone)
        if until is None or until > first:
            subscription = _subscription_row(session, row.subscription_id)
            customer_id = _customer_of(session, subscription).id
            found.append(Occupation(row.identifier, row.subscription_id, customer_id, first, until))
    return found


def _stamp(session: TenantSession) -> dict[str, Any]:
    return {"tenant_id": session.tenant_id, "created_at": session.now()}


def _require_new_numbers(session: TenantSession, numbers: Sequence[str]) -> None:
    taken = {row.number for row in store.contracts_by_number(session, numbers)}
    seen: set[str] = set()
    for number in numbers:
        (taken if number in seen else seen).add(number)
    if taken:
        raise ContractExists(numbers=few(taken))


def _known(session: TenantSession, contracts: Sequence[NewContract]) -> Known:
    for currency in {contract.currency for contract in contracts}:
        minor_unit(currency)
    named = [each for contract in contracts for each in contract.subscriptions]
    customers = parties.parties_by_code(session, set().union(*(each.parties for each in contracts)))
    for customer in customers.values():
        if customer.kind != PartyKind.CUSTOMER:
            raise NotACustomer(party=customer.code, kind=customer.kind.value)
    return Known(
        customers,
        products.products_by_code(session, {each.product for each in named}),
        catalogue.tariffs_by_code(session, {each.tariff for each in named}),
    )


def _require_free_identifiers(session: TenantSession, rows: Rows) -> None:
    """Refuse an identifier that somebody has at the time, or that the set gives twice."""
    held: dict[str, list[tuple[Any, Any, str]]] = {}
    wanted = [row["identifier"] for row in rows.identifiers]
    for row, number, _zone in store.identifier_holders(session, wanted):
        held.setdefault(row.identifier, []).append((row.valid_from, row.valid_until, number))
    for new in rows.identifiers:
        begins, ends = new["valid_from"], new["valid_until"]
        others = held.setdefault(new["identifier"], [])
        for valid_from, valid_until, number in others:
            apart = (ends is not None and ends <= valid_from) or (
                valid_until is not None and valid_until <= max(begins, valid_from)
            )
            if not apart:
                raise IdentifierTaken(
                    identifier=new["identifier"],
                    number=number,
                    valid_from=valid_from,
                    valid_until=until_when(valid_until),
                )
        others.append((begins, ends, "of the same set"))


def _contract_row(session: TenantSession, contract_id: UUID) -> store.ContractRow:
    row = store.contract_row(session, contract_id)
    if row is None:
        raise NoSuchContract(contract=contract_id)
    return row


def _subscription_row(session: TenantSession, subscription_id: UUID) -> store.SubscriptionRow:
    row = store.subscription_row(session, subscription_id)
    if row is None:
        raise NoSuchSubscription(subscription=subscription_id)
    return row


def _customer_of(session: TenantSession, subscription: store.SubscriptionRow) -> Party:
    held = _contract_row(session, subscription.contract_id)
    return parties.party(session, held.customer_id)


def _contract_of(facts: Mapping[str, Any]) -> Contract:
    return Contract(**{name: facts[name] for name in Contract.__dataclass_fields__})


def _subscription_of(facts: Mapping[str, Any]) -> Subscription:
    return Subscription(**{name: facts[name] for name in Subscription.__dataclass_fields__})
