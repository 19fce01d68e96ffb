"""Sentences of the precise readings of R14-R18 and R30 that a plausible program breaks."""

from decimal import Decimal

import polars as pl
import pytest

from tests.settlement.rating.usage_and_terms import (
    Plain,
    a_call,
    a_tariff,
    a_trunk,
    amounts,
    at,
    outcome_of,
    rated,
    total_amount,
)

MINUTES: Plain = {"first_increment": 60, "next_increment": 60}
PEAK: Plain = MINUTES | {
    "rates": [
        {"prefix": "48", "price": "0.10", "band": "peak"},
        {"prefix": "48", "price": "0.04", "band": "rest"},
    ],
    "bands": [
        {"name": "peak", "windows": [{"from": "08:00", "until": "18:00"}]},
        {"name": "rest", "otherwise": True},
    ],
}


@pytest.mark.parametrize(
    ("seconds", "outcome", "amount"),
    [(9, "free", "0"), (10, "rated", "0.05"), (12, "rated", "0.07")],
)
def test_r14_connected_seconds_are_compared_with_the_minimum_and_included_ones_come_off_later(
    seconds: int, outcome: str, amount: str
) -> None:
    # 12 s are over 10 s; less 5 s included they would not be.
    voice = {"price": "0.60", "minimum_seconds": 10, "included_seconds": 5}

    batch = rated([a_call(seconds)], a_tariff(voice))

    assert outcome_of(batch) == {"call-1": outcome}
    assert total_amount(batch) == Decimal(amount)


def test_r15_included_seconds_come_off_before_the_allowance() -> None:
    # 25 s less 10 s included take 15 of the 20 s; 65 s less 10 s take the other 5, and 50 s are
    # paid. Taken first, the allowance would be used up by the first call, and 55 s paid.
    voice = {"price": "0.60", "included_seconds": 10, "allowance": {"amount": 20}}
    calls = [
        a_call(25, record_key="first"),
        a_call(65, record_key="second", occurred_at=at("2026-10-01T11:00:00")),
    ]

    batch = rated(calls, a_tariff(voice))

    parts = batch.charges.sort("record_key", "part").select("record_key", "free_units")
    assert parts.rows() == [("first", 15), ("second", 5), ("second", 0)]
    assert total_amount(batch) == Decimal("0.50")


def test_r15_what_both_leave_is_rounded_up_once() -> None:
    # 100 s - 10 s - 20 s = 70 s, which are two minutes; nothing left of 30 s is no minute.
    voice = MINUTES | {"price": "0.60", "included_seconds": 10, "allowance": {"amount": 20}}

    assert total_amount(rated([a_call(100)], a_tariff(voice))) == Decimal("1.20")
    assert total_amount(rated([a_call(30)], a_tariff(voice))) == 0


def test_r16_start_looks_at_the_start_of_the_call_also_when_its_first_seconds_are_free() -> None:
    # 17:58:30 in Warsaw: the 90 s until six are free, and 61 s are two minutes of the peak.
    call = a_call(151, occurred_at=at("2026-10-01T15:58:30"))

    batch = rated([call], a_tariff(PEAK | {"allowance": {"amount": 90}}))

    assert batch.charges.select("band", "free_units", "billed_units").rows() == [
        ("peak", 90, 0),
        ("peak", 0, 120),
    ]
    assert total_amount(batch) == Decimal("0.20")


@pytest.mark.parametrize(
    ("instant", "price"),
    [
        ("2026-10-01T05:59:59", "0.04"),
        ("2026-10-01T06:00:00", "0.10"),
        ("2026-10-01T15:59:59", "0.10"),
        ("2026-10-01T16:00:00", "0.04"),
    ],
)
def test_r16_a_band_has_its_first_instant_and_not_its_last(instant: str, price: str) -> None:
    call = a_call(1, occurred_at=at(instant))

    assert amounts(rated([call], a_tariff(PEAK))) == [Decimal(price)]


@pytest.mark.parametrize(
    ("instant", "price"),
    [
        ("2026-10-02T21:00:00", "0.04"),
        ("2026-10-03T00:00:00", "0.10"),
        ("2026-10-03T21:00:00", "0.10"),
        ("2026-10-04T00:00:00", "0.04"),
    ],
)
def test_r16_days_of_a_window_are_dates_of_the_instant(instant: str, price: str) -> None:
    # Friday and Saturday at eleven in the evening, Saturday and Sunday at two in the night.
    saturday = {"name": "peak", "windows": [{"days": ["sat"], "from": "22:00", "until": "06:00"}]}
    voice = PEAK | {"bands": [saturday, {"name": "rest", "otherwise": True}]}

    assert amounts(rated([a_call(60, occurred_at=at(instant))], a_tariff(voice))) == [
        Decimal(price)
    ]


def test_r16_split_over_midnight_changes_the_day() -> None:
    # Saturday 23:59:30 in Warsaw: half of the minute is Sunday.
    saturday = {"name": "peak", "windows": [{"days": ["sat"]}]}
    bands = [saturday, {"name": "rest", "otherwise": True}]
    call = a_call(60, occurred_at=at("2026-10-03T21:59:30"))

    batch = rated([call], a_tariff(PEAK | {"bands": bands, "band_crossing": "SPLIT"}))

    assert batch.charges.select("band", "billed_units").rows() == [("peak", 30), ("rest", 30)]
    assert total_amount(batch) == Decimal("0.07")


def test_r18_each_side_of_one_call_has_its_own_clock_date_and_month() -> None:
    # 22:30 UTC on 30 September is 00:30 on 1 October in Warsaw. The customer's new price and month
    # have begun, the carrier's in London (23:30) have not.
    call = a_call(60, occurred_at=at("2026-09-30T22:30:00"), trunk_out="T1")
    retail = [
        a_tariff({"price": "0.60"}, valid_until="2026-10-01"),
        a_tariff({"price": "0.70"}, valid_from="2026-10-01"),
    ]
    wholesale = [
        a_tariff({"price": "0.02"}, code="wholesale", valid_until="2026-10-01"),
        a_tariff({"price": "0.03"}, code="wholesale", valid_from="2026-10-01"),
    ]

    batch = rated([call], *retail, *wholesale, trunks=[a_trunk(zone="Europe/London")])

    facts = batch.charges.select("side", pl.col("occurred_on").cast(pl.String)).rows()
    assert [(*each, amount) for each, amount in zip(facts, amounts(batch), strict=True)] == [
        ("customer", "2026-10-01", Decimal("0.70")),
        ("carrier", "2026-09-30", Decimal("0.02")),
    ]


@pytest.mark.parametrize(("kind", "amount"), [("graduated", "1.50"), ("volume", "0.90")])
def test_r30_tiers_of_usage_count_billed_units(kind: str, amount: str) -> None:
    # 61 s are two minutes and one second is the third, though in all 62 s were spoken.
    tiers = {"kind": kind, "steps": [{"up_to": 2, "price": "0.60"}, {"price": "0.30"}]}
    calls = [
        a_call(61, record_key="first"),
        a_call(1, record_key="second", occurred_at=at("2026-10-01T11:00:00")),
    ]

    batch = rated(calls, a_tariff(MINUTES | {"tiers": tiers}))

    assert total_amount(batch) == Decimal(amount)
