"""One event, a customer side and a carrier side; what cannot be priced is suspended (R06, R26)."""

from decimal import Decimal
from typing import Any

import pytest

from settlement.rating.snapshot import DeckMissing, TariffVersionsOverlap
from settlement.rating.spans import ValiditiesOverlap
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_message,
    a_sale,
    a_subscription,
    a_tariff,
    a_trunk,
    amounts,
    outcome_of,
    rated,
)

RETAIL = a_tariff(content={"prices": {"game": "4.99"}})
CHEAP = a_tariff({"price": "0.02"}, code="cheap", currency="EUR")
DEAR = a_tariff({"price": "0.03"}, code="dear", currency="XDR")
TRUNKS = [
    a_trunk(trunk="T1", tariff="cheap"),
    a_trunk(trunk="T2", tariff="dear", agreement="I2", carrier="carrier-2"),
    a_trunk(trunk="T2", direction="incoming", tariff="cheap", agreement="I2"),
]


def sides(record: dict[str, Any]) -> list[tuple[Any, ...]]:
    batch = rated([record], RETAIL, CHEAP, DEAR, trunks=TRUNKS)
    columns = batch.charges.select("side", "balance", "agreement", "currency")
    return [(*row, amount) for row, amount in zip(columns.rows(), amounts(batch), strict=True)]


@pytest.mark.parametrize(
    ("trunk", "cost"),
    [
        ("T1", ("carrier", "payable", "I1", "EUR", Decimal("0.02"))),
        ("T2", ("carrier", "payable", "I2", "XDR", Decimal("0.03"))),
    ],
)
def test_the_trunk_decides_the_cost_and_not_the_price(trunk: str, cost: tuple[Any, ...]) -> None:
    assert sides(a_call(60, trunk_out=trunk)) == [
        ("customer", "receivable", "S1", "PLN", Decimal("0.60")),
        cost,
    ]


def test_transit_is_owed_by_one_carrier_and_to_another() -> None:
    transit = a_call(60, direction="transit", trunk_in="T2", trunk_out="T1", account=None)

    assert sides(transit) == [
        ("carrier", "receivable", "I2", "EUR", Decimal("0.02")),
        ("carrier", "payable", "I1", "EUR", Decimal("0.02")),
    ]


def a_transit(**facts: Any) -> dict[str, Any]:
    return a_call(60, direction="transit", trunk_in="T2", trunk_out="T1", account=None) | facts


DIRECT_IN = a_trunk(
    trunk="T2", direction="transit_in", tariff="fee", agreement="I2", carrier="carrier-2"
)
DIRECT_OUT = a_trunk(trunk="T1", direction="transit_out", tariff="")
FEE = ("carrier", "receivable", "I2", "EUR", Decimal("0.004"))
CASCADED = [
    ("carrier", "receivable", "I2", "EUR", Decimal("0.02")),
    ("carrier", "payable", "I1", "EUR", Decimal("0.02")),
]


@pytest.mark.parametrize(
    ("facts", "direct", "owed"),
    [
        ({}, [DIRECT_IN, DIRECT_OUT], [FEE]),
        # Both carriers must settle so.
        ({}, [DIRECT_IN], CASCADED),
        ({}, [DIRECT_OUT], CASCADED),
        # When the call starts; in the zone of the agreement.
        ({}, [DIRECT_IN, DIRECT_OUT | {"valid_from": "2026-10-02"}], CASCADED),
        # What is no transit is nobody else's to settle.
        (
            {"direction": "incoming", "trunk_out": None},
            [DIRECT_IN, DIRECT_OUT],
            CASCADED[:1],
        ),
    ],
)
def test_transit_that_both_carriers_settle_directly_costs_its_fee_alone(
    facts: dict[str, Any], direct: list[dict[str, Any]], owed: list[tuple[Any, ...]]
) -> None:
    fee = a_tariff({"price": "0.004"}, code="fee", currency="EUR")

    batch = rated([a_transit(**facts)], RETAIL, CHEAP, DEAR, fee, trunks=[*TRUNKS, *direct])

    columns = batch.charges.select("side", "balance", "agreement", "currency").rows()
    assert [(*row, paid) for row, paid in zip(columns, amounts(batch), strict=True)] == owed
    assert outcome_of(batch) == {"call-1": "rated"}


def test_being_called_is_free_unless_the_tariff_says_otherwise() -> None:
    incoming = a_call(60, direction="incoming", trunk_in="T2")
    toll_free = a_tariff(voice_received={"price": "0.30"})

    assert sides(incoming) == [("carrier", "receivable", "I2", "EUR", Decimal("0.02"))]
    assert amounts(rated([incoming], toll_free, CHEAP, DEAR, trunks=TRUNKS)) == [
        Decimal("0.30"),
        Decimal("0.02"),
    ]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (a_call(60, account="48999"), "NO_SUBSCRIPTION"),
        (a_call(60, account=None), "NO_SUBSCRIPTION"),
        (a_message(), "NO_TARIFF"),
        (a_call(60, kind="data"), "NO_TARIFF"),
        (a_call(60, trunk_out="T9"), "NO_CARRIER"),
        (a_message(trunk_out="T1", kind="sms"), "NO_TARIFF"),
        (a_call(60, direction="incoming", account=None), "NO_CARRIER"),
        (a_call(60, direction="transit", trunk_out="T1", account=None), "NO_CARRIER"),
        (a_sale(product="film"), "NO_PRODUCT_PRICE"),
        (a_sale(product=None), "NO_PRODUCT_PRICE"),
        (a_call(None), "NO_DURATION"),
        (a_call(-1), "BAD_DURATION"),
        (a_call(10**9), "BAD_DURATION"),
        (a_sale(quantity=-1), "BAD_QUANTITY"),
        (a_sale(amount=Decimal(10**20)), "AMOUNT_TOO_LARGE"),
    ],
)
def test_what_cannot_be_priced_is_suspended_with_a_reason(
    record: dict[str, Any], reason: str
) -> None:
    sound = a_call(60, record_key="sound")

    batch = rated([record, sound], RETAIL, CHEAP, DEAR, trunks=TRUNKS)

    assert outcome_of(batch) == {record["record_key"]: reason, "sound": "rated"}
    assert batch.charges["record_key"].to_list() == ["sound"]


def test_an_event_without_a_carrier_price_is_suspended_as_a_whole() -> None:
    wholesale = a_tariff({"rates": [{"prefix": "49", "price": "0.01"}]}, code="wholesale")

    batch = rated([a_call(60, trunk_out="T1")], RETAIL, wholesale, trunks=[a_trunk()])

    assert outcome_of(batch) == {"call-1": "NO_RATE"}
    assert batch.suspended["side"].to_list() == ["carrier"]
    assert batch.charges.is_empty()


def test_an_agreement_without_a_tariff_has_no_carrier_rate() -> None:
    batch = rated([a_call(60, trunk_out="T1")], RETAIL, trunks=[a_trunk()])

    assert outcome_of(batch) == {"call-1": "NO_CARRIER_RATE"}


@pytest.mark.parametrize(
    ("sale", "outcome"),
    [
        (a_sale(amount=Decimal("3.99"), currency="PLN"), "rated"),
        (a_sale(amount=Decimal("3.99"), currency="EUR"), "OTHER_CURRENCY"),
        (a_sale(amount=Decimal("3.99"), currency=None), "OTHER_CURRENCY"),
        (a_sale(), "NO_AMOUNT"),
    ],
)
def test_a_sale_may_bring_its_own_amount(sale: dict[str, Any], outcome: str) -> None:
    batch = rated([sale], a_tariff(content={"record": True}))

    assert outcome_of(batch) == {"sale-1": outcome}
    assert amounts(batch) == ([Decimal("3.99")] if outcome == "rated" else [])


def test_a_product_price_is_for_each_piece() -> None:
    assert amounts(rated([a_sale(quantity=3)], RETAIL)) == [Decimal("14.97")]


def test_an_identifier_belongs_to_whoever_had_it_on_the_local_date() -> None:
    passed_on = [
        a_subscription(valid_until="2026-10-01"),
        a_subscription(subscription="S2", customer="C2", valid_from="2026-10-01"),
    ]

    batch = rated([a_call(60)], RETAIL, subscriptions=passed_on)

    assert batch.charges.select("party", "agreement").rows() == [("C2", "S2")]


@pytest.mark.parametrize(
    ("validity", "outcome"),
    [
        ({"valid_until": "2026-10-01"}, "NO_SUBSCRIPTION"),
        ({"valid_until": "2026-10-02"}, "rated"),
        ({"valid_from": "2026-10-01"}, "rated"),
        ({"valid_from": "2026-10-02"}, "NO_SUBSCRIPTION"),
    ],
)
def test_an_identifier_is_nobodys_before_and_after(validity: dict[str, str], outcome: str) -> None:
    # Alone, and beside one that has changed hands: two ways of looking it up.
    other = a_subscription(identifier="1", valid_until="2026-05-01")
    others = [other, other | {"valid_until": None, "valid_from": "2026-05-01"}]

    for beside in ([], others):
        batch = rated([a_call(60)], RETAIL, subscriptions=[a_subscription(**validity), *beside])
        assert outcome_of(batch) == {"call-1": outcome}


def test_no_usage_is_rated_to_no_charges() -> None:
    batch = rated([], RETAIL)

    assert batch.charges.is_empty() and batch.outcomes.is_empty() and batch.suspended.is_empty()


def test_a_snapshot_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValiditiesOverlap):
        rated([], RETAIL, subscriptions=[a_subscription(), a_subscription(subscription="S2")])
    with pytest.raises(TariffVersionsOverlap):
        rated([], RETAIL, a_tariff(valid_from="2026-01-01"))
    with pytest.raises(DeckMissing):
        rated([], a_tariff({"deck": "world"}))
