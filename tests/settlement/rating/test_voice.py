"""Calls: increments, minimum, included seconds, bands, prefixes, zones (R06, R10-R21, R24)."""

from decimal import Decimal

import pytest

from settlement.rating.prefixes import AmbiguousPrice
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_message,
    a_subscription,
    a_tariff,
    amounts,
    at,
    outcome_of,
    rated,
    total_amount,
)

PEAK = {
    "rates": [
        {"prefix": "48", "price": "0.10", "band": "peak"},
        {"prefix": "48", "price": "0.04", "band": "evening"},
    ],
    "bands": [
        {"name": "peak", "windows": [{"from": "08:00", "until": "18:00"}]},
        {"name": "evening", "otherwise": True},
    ],
    "first_increment": 60,
    "next_increment": 60,
}
# 17:58:30 in Warsaw.
BEFORE_SIX = at("2026-10-01T15:58:30")


@pytest.mark.parametrize(
    ("seconds", "billed", "amount"),
    [
        (32, 36, "0.0036"),
        (57, 60, "0.006"),
        (75, 78, "0.0078"),
        (30, 30, "0.003"),
        (1, 30, "0.003"),
    ],
)
def test_increments_are_30_then_6(seconds: int, billed: int, amount: str) -> None:
    tariff = a_tariff({"price": "0.006", "first_increment": 30, "next_increment": 6})

    batch = rated([a_call(seconds)], tariff)

    assert batch.charges["billed_units"].to_list() == [billed]
    assert amounts(batch) == [Decimal(amount)]


@pytest.mark.parametrize(("seconds", "billed"), [(90, 90), (91, 150), (150, 150), (151, 210)])
def test_the_first_increment_is_longer_than_the_next(seconds: int, billed: int) -> None:
    tariff = a_tariff({"price": "0.006", "first_increment": 90, "next_increment": 60})

    batch = rated([a_call(seconds)], tariff)

    assert batch.charges["billed_units"].to_list() == [billed]


def test_a_price_is_never_rounded_to_a_price_per_second() -> None:
    assert amounts(rated([a_call(60)], a_tariff({"price": "0.05"}))) == [Decimal("0.05")]


def test_dong_and_a_hundred_thousandth_are_both_exact() -> None:
    dong = a_tariff({"price": "123456789012.123456789012", "per": "second"}, currency="VND")
    tiny = a_tariff({"price": "0.00001", "per": "hour"})

    assert amounts(rated([a_call(86_399)], dong)) == [Decimal("10666543113858454.543113847788")]
    assert amounts(rated([a_call(36)], tiny)) == [Decimal("0.0000001")]


def test_a_call_under_the_minimum_is_free_and_takes_nothing_from_the_allowance() -> None:
    voice = {"price": "0.60", "minimum_seconds": 10, "allowance": {"amount": 60}}
    calls = [
        a_call(9, record_key="short"),
        a_call(70, record_key="long", occurred_at=at("2026-10-01T11:00:00")),
    ]

    batch = rated(calls, a_tariff(voice))

    assert outcome_of(batch) == {"short": "free", "long": "rated"}
    assert batch.charges.filter(record_key="long")["free_units"].to_list() == [60, 0]
    assert total_amount(batch) == Decimal("0.10")


def test_a_call_as_long_as_the_minimum_is_charged() -> None:
    batch = rated([a_call(10)], a_tariff({"price": "0.60", "minimum_seconds": 10}))

    assert total_amount(batch) == Decimal("0.10")


@pytest.mark.parametrize(("seconds", "billed"), [(70, 60), (10, 0), (11, 60), (5, 0)])
def test_included_seconds_are_taken_off_before_rounding_up(seconds: int, billed: int) -> None:
    voice = {"price": "0.60", "included_seconds": 10, "first_increment": 60, "next_increment": 60}

    batch = rated([a_call(seconds)], a_tariff(voice))

    assert batch.charges["billed_units"].to_list() == [billed]
    assert outcome_of(batch) == {"call-1": "rated"}


def test_a_call_across_a_band_is_priced_where_it_starts() -> None:
    batch = rated([a_call(151, occurred_at=BEFORE_SIX)], a_tariff(PEAK))

    assert amounts(batch) == [Decimal("0.30")]


def test_split_prices_each_band_and_rounds_up_once() -> None:
    tariff = a_tariff(PEAK | {"band_crossing": "SPLIT"})

    batch = rated([a_call(151, occurred_at=BEFORE_SIX)], tariff)

    columns = ["part", "band", "billed_units", "connected_seconds", "quantity"]
    assert batch.charges.select(columns).rows() == [
        (1, "peak", 90, 151, 1),
        (2, "evening", 90, 0, 0),
    ]
    assert total_amount(batch) == Decimal("0.21")


@pytest.mark.parametrize(("tail", "amount"), [("last_band", "0.20"), ("clock", "0.17")])
def test_the_tail_stays_in_the_last_band_or_runs_on(tail: str, amount: str) -> None:
    tariff = a_tariff(PEAK | {"band_crossing": "SPLIT", "split_tail": tail})

    batch = rated([a_call(61, occurred_at=BEFORE_SIX)], tariff)

    assert total_amount(batch) == Decimal(amount)


def test_the_hour_that_is_shown_twice_is_in_its_band_twice() -> None:
    # From 01:30 in summer time to 02:30 in winter time: 30 minutes before two o'clock, then an
    # hour from two to three and, shown again, the half hour from two to half past two.
    night = {
        "rates": [
            {"prefix": "", "price": "1", "band": "two"},
            {"prefix": "", "price": "0", "band": "rest"},
        ],
        "bands": [
            {"name": "two", "windows": [{"from": "02:00", "until": "03:00"}]},
            {"name": "rest", "otherwise": True},
        ],
        "band_crossing": "SPLIT",
    }

    batch = rated([a_call(7_200, occurred_at=at("2025-10-24T23:30:00"))], a_tariff(night))
    twice = rated([a_call(7_200, occurred_at=at("2025-10-25T23:30:00"))], a_tariff(night))

    assert batch.charges.select("band", "billed_units").rows() == [("rest", 3_600), ("two", 3_600)]
    assert twice.charges.select("band", "billed_units").rows() == [("rest", 1_800), ("two", 5_400)]


def test_free_seconds_come_first_on_the_clock() -> None:
    voice = PEAK | {"band_crossing": "SPLIT", "allowance": {"amount": 90}}

    batch = rated([a_call(151, occurred_at=BEFORE_SIX)], a_tariff(voice))

    # 90 seconds in the peak are free; 61 left are 120 billed, all in the evening.
    assert batch.charges.select("covered_by", "band", "free_units", "billed_units").rows() == [
        ("allowance", "peak", 90, 0),
        ("charge", "evening", 0, 120),
    ]
    assert total_amount(batch) == Decimal("0.08")


def test_each_side_looks_at_its_own_clock() -> None:
    in_warsaw = rated([a_call(60, occurred_at=at("2026-10-01T06:30:00"))], a_tariff(PEAK))
    in_london = rated(
        [a_call(60, occurred_at=at("2026-10-01T06:30:00"))],
        a_tariff(PEAK),
        subscriptions=[a_subscription(zone="Europe/London")],
    )

    assert total_amount(in_warsaw) == Decimal("0.10")
    assert total_amount(in_london) == Decimal("0.04")


@pytest.mark.parametrize(
    ("instant", "price"),
    [("2026-04-30T21:59:59", "0.05"), ("2026-04-30T22:00:00", "0.09")],
)
def test_the_longest_prefix_that_is_valid_on_the_local_date_wins(instant: str, price: str) -> None:
    rates = [
        {"prefix": "48", "price": "0.05"},
        {"prefix": "4812", "price": "0.09", "valid_from": "2026-05-01"},
    ]
    call = a_call(60, b_number="48121234567", occurred_at=at(instant))

    assert amounts(rated([call], a_tariff({"rates": rates}))) == [Decimal(price)]


@pytest.mark.parametrize(
    ("number", "price"),
    [
        ("48", "0.2"),
        ("480", "0.3"),
        ("4800", "0.3"),
        ("481", "0.2"),
        ("4", "0.1"),
        ("49", "0.1"),
        ("5", "0.9"),
        ("123456789012345678901", "0.7"),
        ("BANK", "0.9"),
    ],
)
def test_numbers_shorter_and_longer_than_prefixes_find_theirs(number: str, price: str) -> None:
    rates = [
        {"prefix": "", "price": "0.9"},
        {"prefix": "4", "price": "0.1"},
        {"prefix": "48", "price": "0.2"},
        {"prefix": "480", "price": "0.3"},
        {"prefix": "12345678901234567", "price": "0.7"},
    ]

    batch = rated([a_call(60, b_number=number)], a_tariff({"rates": rates}))

    assert amounts(batch) == [Decimal(price)]


@pytest.mark.parametrize(
    ("instant", "outcome"),
    [("2026-04-30T21:59:59", "rated"), ("2026-04-30T22:00:00", "NO_RATE")],
)
def test_a_price_ends_as_its_last_local_date_ends(instant: str, outcome: str) -> None:
    rates = [
        {"prefix": "48", "price": "0.05", "valid_until": "2026-05-01"},
        {"prefix": "49", "price": "0.05"},
    ]

    batch = rated([a_call(60, occurred_at=at(instant))], a_tariff({"rates": rates}))

    assert outcome_of(batch) == {"call-1": outcome}


def test_of_one_prefix_the_higher_priority_wins_and_the_longer_prefix_before_it() -> None:
    rates = [
        {"prefix": "48", "price": "0.1", "priority": 9},
        {"prefix": "482", "price": "0.2", "priority": 0},
        {"prefix": "482", "price": "0.3", "priority": 1},
    ]

    assert amounts(rated([a_call(60)], a_tariff({"rates": rates}))) == [Decimal("0.3")]


def test_two_prices_of_one_priority_are_refused() -> None:
    rates = [{"prefix": "48", "price": "0.1"}, {"prefix": "48", "price": "0.2"}]

    with pytest.raises(AmbiguousPrice):
        rated([a_call(60)], a_tariff({"rates": rates}))


def test_a_call_of_no_seconds_is_unbillable_even_without_a_tariff() -> None:
    batch = rated([a_call(0, account="nobody", b_number="999")], a_tariff())

    assert outcome_of(batch) == {"call-1": "unbillable"}
    assert batch.charges.is_empty()


def test_a_message_has_no_duration_and_is_charged() -> None:
    batch = rated([a_message()], a_tariff(sms={"price": "0.20"}))

    assert amounts(batch) == [Decimal("0.20")]


def test_price_zero_is_a_price() -> None:
    batch = rated([a_call(60)], a_tariff({"rates": [{"prefix": "48", "price": "0"}]}))

    assert outcome_of(batch) == {"call-1": "rated"}
    assert amounts(batch) == [Decimal(0)]


def test_the_connection_fee_is_charged_once_and_only_with_billed_seconds() -> None:
    voice = PEAK | {"band_crossing": "SPLIT", "connection_fee": "0.50", "included_seconds": 5}

    across = rated([a_call(151, occurred_at=BEFORE_SIX)], a_tariff(voice))
    included = rated([a_call(5)], a_tariff(voice))

    # 85 seconds at 0.10 and 95 at 0.04 a minute are 0.205.
    assert total_amount(across) == Decimal("0.705")
    assert total_amount(included) == 0


def test_the_version_valid_at_the_start_holds_for_the_whole_call() -> None:
    old = a_tariff({"price": "0.10"}, valid_until="2026-11-01")
    new = a_tariff({"price": "0.90"}, valid_from="2026-11-01")
    # One second before midnight in Warsaw, running far into November.
    call = a_call(3_600, occurred_at=at("2026-10-31T22:59:59"))

    batch = rated([call], old, new)

    assert batch.charges["tariff_version"].to_list() == ["standard@2020-01-01"]
    assert batch.charges["occurred_on"].cast(str).to_list() == ["2026-10-31"]
    assert total_amount(batch) == Decimal("6")
