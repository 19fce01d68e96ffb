"""Prices by zones: the zone of the longest prefix of the plan decides (B2, R20, R21)."""

from decimal import Decimal
from typing import Any

import pytest

from settlement.rating.prefixes import AmbiguousPrice
from settlement.rating.snapshot import ZonePlanMissing
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_tariff,
    amounts,
    at,
    outcome_of,
    rated,
)

PLAN = [
    {"prefix": "48", "zone": "Poland"},
    {"prefix": "486", "zone": "Poland mobile"},
    {"prefix": "4866", "zone": "Poland", "valid_from": "2026-10-01"},
    {"prefix": "44", "zone": "United Kingdom"},
    {"prefix": "443", "zone": "Poland", "valid_until": "2026-10-01"},
    {"prefix": "33", "zone": "France"},
]
RATES = [
    {"zone": "Poland", "price": "0.10"},
    {"zone": "Poland mobile", "price": "0.30"},
    {"zone": "United Kingdom", "price": "0.50"},
    {"zone": "Atlantis", "price": "9"},
]


def by_zone(call: dict[str, Any], plan: list[Any] | None = None, **voice: Any) -> Any:
    tariff = a_tariff({"zones": "world", "rates": RATES} | voice)
    return rated([call], tariff, zone_plans={"world": PLAN if plan is None else plan})


@pytest.mark.parametrize(
    ("number", "zone", "price"),
    [
        ("48221234567", "Poland", "0.10"),
        ("48600100200", "Poland mobile", "0.30"),
        ("48660100200", "Poland", "0.10"),
        ("442071234567", "United Kingdom", "0.50"),
        ("443312345678", "United Kingdom", "0.50"),
    ],
)
def test_the_zone_of_the_longest_prefix_decides(number: str, zone: str, price: str) -> None:
    batch = by_zone(a_call(60, b_number=number))

    assert batch.charges["destination"].to_list() == [zone]
    assert amounts(batch) == [Decimal(price)]


@pytest.mark.parametrize("number", ["33123456789", "99", "", "BANK", None])
def test_a_zone_without_a_price_and_a_number_without_a_zone_have_no_rate(
    number: str | None,
) -> None:
    nowhere = a_call(60, b_number=number, record_key="nowhere")
    tariff = a_tariff({"zones": "world", "rates": RATES})

    batch = rated([a_call(60), nowhere], tariff, zone_plans={"world": PLAN})

    assert outcome_of(batch) == {"call-1": "rated", "nowhere": "NO_RATE"}


def test_a_zone_without_a_price_does_not_fall_back_to_a_wider_one() -> None:
    only_poland = {"rates": [RATES[0]]}

    assert outcome_of(by_zone(a_call(60, b_number="48600100200"), **only_poland)) == {
        "call-1": "NO_RATE"
    }


@pytest.mark.parametrize(
    ("instant", "zone"),
    [("2026-09-30T21:59:59", "Poland mobile"), ("2026-09-30T22:00:00", "Poland")],
)
def test_r21_zones_hold_on_local_dates(instant: str, zone: str) -> None:
    batch = by_zone(a_call(60, b_number="48660100200", occurred_at=at(instant)))

    assert batch.charges["destination"].to_list() == [zone]


def test_prices_of_zones_have_bands_dates_and_priorities_too() -> None:
    rates = [
        {"zone": "Poland", "price": "0.10", "band": "peak"},
        {"zone": "Poland", "price": "0.04", "band": "rest"},
        {"zone": "Poland", "price": "0.01", "band": "rest", "priority": 1,
         "valid_from": "2026-10-02"},
    ]  # fmt: skip
    bands = [
        {"name": "peak", "windows": [{"from": "08:00", "until": "18:00"}]},
        {"name": "rest", "otherwise": True},
    ]
    voice = {"rates": rates, "bands": bands, "band_crossing": "SPLIT"}

    # 17:59 in Warsaw, two minutes, today and tomorrow.
    today = by_zone(a_call(120, occurred_at=at("2026-10-01T15:59:00")), **voice)
    tomorrow = by_zone(a_call(120, occurred_at=at("2026-10-02T15:59:00")), **voice)

    assert amounts(today) == [Decimal("0.10"), Decimal("0.04")]
    assert amounts(tomorrow) == [Decimal("0.10"), Decimal("0.01")]


def test_r20_two_prices_of_a_zone_or_two_zones_of_a_prefix_are_refused() -> None:
    with pytest.raises(AmbiguousPrice):
        by_zone(a_call(60), rates=[*RATES, {"zone": "Poland", "price": "1"}])
    with pytest.raises(AmbiguousPrice):
        by_zone(a_call(60), [*PLAN, {"prefix": "48", "zone": "Europe"}])


def test_a_plan_must_be_there_and_may_be_empty() -> None:
    assert outcome_of(by_zone(a_call(60), [])) == {"call-1": "NO_RATE"}
    with pytest.raises(ZonePlanMissing):
        rated([], a_tariff({"zones": "moon", "rates": RATES}), zone_plans={"world": PLAN})


DECK = [
    {"prefix": "48", "destination": "Poland fixed", "price": "0.10"},
    {"prefix": "4866", "destination": "Poland operator F", "price": "0.20", "band": "day"},
    {"prefix": "39", "destination": "Italy", "price": "0.40"},
]


def by_deck(call: dict[str, Any], **voice: Any) -> Any:
    bands = [{"name": "day", "otherwise": True}]
    tariff = a_tariff({"deck": "world", "zones": "world", "bands": bands} | voice)
    return rated([call], tariff, decks={"world": DECK}, zone_plans={"world": PLAN})


@pytest.mark.parametrize(
    ("number", "instant", "destination", "price"),
    [
        ("48221234567", "2026-10-01T10:00:00", "Poland", "0.10"),
        # The price is that of the deck's longest prefix, the name that of the plan's.
        ("48600100200", "2026-10-01T10:00:00", "Poland mobile", "0.10"),
        ("48660100200", "2026-10-01T10:00:00", "Poland", "0.20"),
        ("48660100200", "2026-09-30T21:59:59", "Poland mobile", "0.20"),
        # In no zone: the name that the deck has.
        ("39061234567", "2026-10-01T10:00:00", "Italy", "0.40"),
    ],
)
def test_beside_a_deck_zones_name_where_a_call_went_and_the_deck_prices_it(
    number: str, instant: str, destination: str, price: str
) -> None:
    batch = by_deck(a_call(60, b_number=number, occurred_at=at(instant)))

    assert batch.charges["destination"].to_list() == [destination]
    assert amounts(batch) == [Decimal(price)]


def test_a_zone_without_a_price_in_the_deck_has_no_rate() -> None:
    assert outcome_of(by_deck(a_call(60, b_number="33123456789"))) == {"call-1": "NO_RATE"}


@pytest.mark.parametrize(("zone", "charged"), [("Poland mobile", "0"), ("Poland fixed", "0.10")])
def test_an_allowance_beside_a_deck_is_for_the_zones_that_charges_print(
    zone: str, charged: str
) -> None:
    allowances = [{"code": "minutes", "amount": 600, "destinations": [zone]}]

    batch = by_deck(a_call(60, b_number="48600100200"), allowances=allowances)

    assert batch.charges["destination"].to_list() == ["Poland mobile"]
    assert amounts(batch) == [Decimal(charged)]


def test_a_call_split_between_bands_has_one_zone_and_the_prices_of_the_deck() -> None:
    deck = [
        {"prefix": "48", "destination": "by day", "price": "0.10", "band": "day"},
        {"prefix": "48", "destination": "by night", "price": "0.04", "band": "night"},
    ]
    bands = [
        {"name": "day", "windows": [{"from": "08:00", "until": "18:00"}]},
        {"name": "night", "otherwise": True},
    ]
    tariff = a_tariff({"deck": "world", "zones": "world", "bands": bands, "band_crossing": "SPLIT"})
    # 17:59 in Warsaw, two minutes.
    call = a_call(120, occurred_at=at("2026-10-01T15:59:00"))

    batch = rated([call], tariff, decks={"world": deck}, zone_plans={"world": PLAN})

    assert batch.charges["destination"].to_list() == ["Poland", "Poland"]
    assert amounts(batch) == [Decimal("0.10"), Decimal("0.04")]
