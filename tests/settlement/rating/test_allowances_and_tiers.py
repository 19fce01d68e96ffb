"""Free units and tiers go by event time, whatever arrived first (rules R30-R32)."""

from decimal import Decimal

import pytest

from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_message,
    a_sale,
    a_subscription,
    a_tariff,
    amounts,
    at,
    rated,
    total_amount,
)

TIERS = [{"up_to": 100, "price": "0.10"}, {"price": "0.05"}]


def by_record(batch) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for key, amount in zip(batch.charges["record_key"], amounts(batch), strict=True):
        found[key] = found.get(key, Decimal(0)) + amount
    return found


@pytest.mark.parametrize(
    ("kind", "units", "amount"),
    [
        ("graduated", 101, "10.05"),
        ("volume", 101, "5.05"),
        ("graduated", 100, "10.00"),
        ("volume", 100, "10.00"),
    ],
)
def test_the_bound_belongs_to_the_lower_tier(kind: str, units: int, amount: str) -> None:
    tariff = a_tariff(sms={"tiers": {"kind": kind, "steps": TIERS}})
    messages = [a_message(record_key=f"m{number:03d}") for number in range(units)]

    assert total_amount(rated(messages, tariff)) == Decimal(amount)


def test_a_call_over_the_bound_is_priced_in_two_parts() -> None:
    tiers = {"steps": [{"up_to": 1, "price": "0.60"}, {"price": "0.30"}]}

    batch = rated([a_call(90)], a_tariff({"tiers": tiers}))

    assert batch.charges.select("part", "billed_units").rows() == [(1, 60), (2, 30)]
    assert amounts(batch) == [Decimal("0.60"), Decimal("0.15")]


def test_the_earlier_call_uses_the_free_seconds_though_it_arrived_later() -> None:
    arrived = [
        a_call(120, record_key="A", occurred_at=at("2026-10-01T12:00:00")),
        a_call(120, record_key="B", occurred_at=at("2026-10-01T11:00:00")),
    ]

    batch = rated(arrived, a_tariff({"price": "0.60", "allowance": {"amount": 60}}))

    assert by_record(batch) == {"A": Decimal("1.20"), "B": Decimal("0.60")}


def test_calls_of_one_instant_go_by_the_bytes_of_their_ids() -> None:
    # "É" is C3 89 in UTF-8, after "Z" (5A) and "a" (61).
    calls = [a_call(60, record_key=key) for key in ("É", "a", "Z")]

    batch = rated(calls, a_tariff({"price": "0.60", "allowance": {"amount": 60}}))

    assert by_record(batch) == {"Z": 0, "a": Decimal("0.60"), "É": Decimal("0.60")}


def test_a_call_over_the_end_of_the_allowance_has_two_parts() -> None:
    batch = rated([a_call(90)], a_tariff({"price": "0.60", "allowance": {"amount": 20}}))

    assert batch.charges.select("part", "covered_by", "free_units", "billed_units").rows() == [
        (1, "allowance", 20, 0),
        (2, "charge", 0, 70),
    ]
    assert amounts(batch) == [0, Decimal("0.70")]


@pytest.mark.parametrize(("measure", "amount"), [("connected", "1.20"), ("rounded", "1.00")])
def test_the_allowance_counts_connected_or_rounded_seconds(measure: str, amount: str) -> None:
    voice = {
        "price": "0.60",
        "first_increment": 60,
        "next_increment": 60,
        "allowance": {"amount": 20, "allowance_measure": measure},
    }

    assert total_amount(rated([a_call(90)], a_tariff(voice))) == Decimal(amount)


def test_the_allowance_is_new_each_local_month() -> None:
    # 22:30 UTC on 31 October is 23:30 in Warsaw; an hour later it is November there.
    calls = [
        a_call(60, record_key="october", occurred_at=at("2026-10-31T22:30:00")),
        a_call(60, record_key="november", occurred_at=at("2026-10-31T23:30:00")),
    ]

    batch = rated(calls, a_tariff({"price": "0.60", "allowance": {"amount": 60}}))

    assert batch.charges["covered_by"].to_list() == ["allowance", "allowance"]
    assert total_amount(batch) == 0


def test_two_identifiers_of_one_subscription_share_its_allowance() -> None:
    calls = [a_call(60, record_key="one"), a_call(60, record_key="two", account="48600100299")]
    subscriptions = [a_subscription(), a_subscription(identifier="48600100299")]

    batch = rated(
        calls,
        a_tariff({"price": "0.60", "allowance": {"amount": 60}}),
        subscriptions=subscriptions,
    )

    assert by_record(batch) == {"one": 0, "two": Decimal("0.60")}


def test_suspended_usage_takes_nothing_from_the_allowance() -> None:
    voice = {"rates": [{"prefix": "48", "price": "0.60"}], "allowance": {"amount": 60}}
    calls = [
        a_call(60, record_key="nowhere", b_number="999"),
        a_call(60, record_key="warsaw", occurred_at=at("2026-10-01T12:00:00")),
    ]

    assert by_record(rated(calls, a_tariff(voice))) == {"warsaw": 0}


def test_pieces_count_in_tiers_too() -> None:
    tariff = a_tariff(content={"tiers": {"steps": [{"up_to": 2, "price": "3"}, {"price": "1"}]}})

    batch = rated([a_sale(quantity=3)], tariff)

    assert amounts(batch) == [Decimal(6), Decimal(1)]


def test_the_event_that_begins_a_package_pays_for_it_in_the_order_of_events() -> None:
    """R31: packages of 100 at 5.00; 60 + 60 + 200 begin the first, the second, and two more."""
    package = {"kind": "package", "size": 100, "price": "5.00"}
    sales = [
        a_sale(record_key="third", quantity=200, occurred_at=at("2026-10-01T12:00:00")),
        a_sale(record_key="first", quantity=60, occurred_at=at("2026-10-01T10:00:00")),
        a_sale(record_key="second", quantity=60, occurred_at=at("2026-10-01T11:00:00")),
        a_sale(record_key="last", quantity=80, occurred_at=at("2026-10-01T13:00:00")),
    ]

    batch = rated(sales, a_tariff(content={"tiers": package}))

    assert by_record(batch) == {
        "first": Decimal(5),
        "second": Decimal(5),
        "third": Decimal(10),
        "last": 0,
    }


@pytest.mark.parametrize(
    ("seconds", "amount"), [(1, "5.00"), (6000, "5.00"), (6001, "10.00"), (18001, "20.00")]
)
def test_a_package_of_minutes_counts_units_of_per(seconds: int, amount: str) -> None:
    """R30: 100 minutes are 6000 seconds, and the bound belongs to the lower package."""
    voice = {"per": "minute", "tiers": {"kind": "package", "size": 100, "price": "5.00"}}

    assert total_amount(rated([a_call(seconds)], a_tariff(voice))) == Decimal(amount)


@pytest.mark.parametrize(
    ("units", "amount"), [(999, "49.95"), (1000, "50.00"), (1001, "50.08"), (1010, "50.80")]
)
def test_beyond_a_commitment_the_overage_price_holds(units: int, amount: str) -> None:
    """R30: 1000 at 0.05, then 0.08; what is missing to 1000 is no charge of an event."""
    tiers = {"kind": "commitment", "units": 1000, "price": "0.05", "overage": "0.08"}

    assert total_amount(rated([a_sale(quantity=units)], a_tariff(content={"tiers": tiers}))) == (
        Decimal(amount)
    )
