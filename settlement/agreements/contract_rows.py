"""Contracts to be loaded as sets of rows: thousands at once, never one by one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from i18n.locale import Words, _
from settlement.agreements.contract import (
    NewContract,
    NewSubscription,
    SubscriptionCurrencyDiffers,
    checked_identifier,
    checked_number,
    checked_payment_days,
    require_within,
)
from settlement.agreements.local_days import beginning_of
from settlement.agreements.policies import checked_policies
from settlement.catalogue.product import Product
from settlement.catalogue.published import TariffHead
from settlement.catalogue.succession import require_time
from settlement.inventory.resource import Occupation
from settlement.parties.party import Party

Row = dict[str, Any]


class Known(NamedTuple):
    """What the rows refer to, by code."""

    customers: Mapping[str, Party]
    products: Mapping[str, Product]
    tariffs: Mapping[str, TariffHead]


@dataclass(slots=True)
class Rows:
    """Rows of the three tables, in the order in which they refer to each other.

    `occupations` are the identifiers again, as those who keep numbered resources are told of them.
    """

    contracts: list[Row] = field(default_factory=list)
    subscriptions: list[Row] = field(default_factory=list)
    identifiers: list[Row] = field(default_factory=list)
    occupations: list[Occupation] = field(default_factory=list)


def ids_needed(contracts: Sequence[NewContract]) -> int:
    """How many ids the rows of these contracts take."""
    subscriptions = [each for contract in contracts for each in contract.subscriptions]
    return (
        len(contracts) + len(subscriptions) + sum(len(each.identifiers) for each in subscriptions)
    )


def rows_of(
    contracts: Sequence[NewContract], known: Known, stamp: Row, ids: Iterator[UUID]
) -> Rows:
    """The rows of contracts; `stamp` is what every contract and subscription carries besides.

    Raises what the checks of `contract` and `policies` raise; nothing is left out in silence.
    """
    rows = Rows()
    for contract in contracts:
        _add_contract(rows, contract, known, stamp, ids)
    return rows


def _add_contract(
    rows: Rows, new: NewContract, known: Known, stamp: Row, ids: Iterator[UUID]
) -> None:
    require_time(new.valid_from, new.valid_until)
    customer = known.customers[new.customer]
    row = stamp | {
        "id": next(ids),
        "number": checked_number(new.number),
        "customer_id": customer.id,
        "applicant_id": known.customers[new.applicant].id if new.applicant else None,
        "payer_id": known.customers[new.payer].id if new.payer else None,
        "currency": new.currency,
        "payment_days": checked_payment_days(new.payment_days, new.number),
        "valid_from": new.valid_from,
        "valid_until": new.valid_until,
        "policies": checked_policies(new.policies, "contract", f"contract {new.number}"),
    }
    rows.contracts.append(row)
    for each in new.subscriptions:
        add_subscription(rows, each, row, customer.time_zone, known, stamp, ids)


def add_subscription(
    rows: Rows,
    new: NewSubscription,
    contract: Row,
    time_zone: str,
    known: Known,
    stamp: Row,
    ids: Iterator[UUID],
) -> None:
    """Add one subscription with its identifiers to the rows of a contract."""
    valid_from = new.valid_from or contract["valid_from"]
    valid_until = new.valid_until or contract["valid_until"]
    require_time(valid_from, valid_until)
    what = Words(_("contract {number}"), number=contract["number"])
    require_within(what, valid_from, valid_until, contract["valid_from"], contract["valid_until"])
    tariff = known.tariffs[new.tariff]
    if tariff.currency != contract["currency"]:
        raise SubscriptionCurrencyDiffers(
            tariff=tariff.code,
            tariff_currency=tariff.currency,
            number=contract["number"],
            currency=contract["currency"],
        )
    subscription_id = next(ids)
    rows.subscriptions.append(
        stamp
        | {
            "id": subscription_id,
            "contract_id": contract["id"],
            "product_id": known.products[new.product].id,
            "tariff_id": tariff.id,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "ended_at": None,
        }
    )
    for identifier in map(checked_identifier, new.identifiers):
        customer_id = contract["customer_id"]
        rows.occupations.append(
            Occupation(identifier, subscription_id, customer_id, valid_from, valid_until)
        )
        rows.identifiers.append(
            {
                "tenant_id": stamp["tenant_id"],
                "id": next(ids),
                "subscription_id": subscription_id,
                "identifier": identifier,
                "valid_from": beginning_of(valid_from, time_zone),
                "valid_until": beginning_of(valid_until, time_zone) if valid_until else None,
            }
        )
