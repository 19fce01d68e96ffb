"""Bytes of data, watt hours and litres of meters, priced exactly (R24; C12)."""

from decimal import Decimal
from typing import Any

import pytest

from settlement.catalogue.plain_values import WrongValue
from settlement.catalogue.tariff import tariff_from_plain
from tests.settlement.rating.usage_and_terms import (
    a_call,
    a_tariff,
    a_trunk,
    amounts,
    at,
    outcome_of,
    rated,
    total_amount,
)


def a_session(quantity: int, **facts: Any) -> dict[str, Any]:
    return a_call(3600, kind="data", b_number=None, quantity=quantity, unit="byte") | facts


def a_reading(quantity: int, unit: str | None = "watt_hour", **facts: Any) -> dict[str, Any]:
    return a_call(None, kind="meter", b_number=None, quantity=quantity, unit=unit) | facts


@pytest.mark.parametrize(
    ("per", "price", "quantity", "amount"),
    [
        ("megabyte", "0.02", 1_500_000, "0.03"),
        ("megabyte", "0.02", 1, "0.00000002"),
        ("megabyte", "0.00000001", 1, "0.00000000000001"),
        ("gigabyte", "4.99999", 1, "0.00000000499999"),
        ("gigabyte", "123456.78901", 10**15, "123456789010"),
        ("kilobyte", "0.00000000001", 1, "0.00000000000001"),
        ("byte", "0.000000000001", 3, "0.000000000003"),
    ],
)
def test_r24_a_byte_at_a_price_per_gigabyte_loses_nothing(
    per: str, price: str, quantity: int, amount: str
) -> None:
    tariff = a_tariff(data={"price": price, "per": per})

    batch = rated([a_session(quantity)], tariff)

    assert amounts(batch) == [Decimal(amount)]
    assert batch.charges.select("per", "billed_units").rows() == [(per, quantity)]


@pytest.mark.parametrize(
    ("section", "price"),
    [
        ({"per": "gigabyte"}, "0.000001"),
        ({"per": "megabyte"}, "0.000000001"),
        ({"per": "byte"}, "10000000"),
    ],
)
def test_r24_a_price_that_could_not_be_charged_exactly_is_refused(
    section: dict[str, str], price: str
) -> None:
    with pytest.raises(WrongValue, match=price):
        tariff_from_plain(a_tariff(data=section | {"price": price}))
    with pytest.raises(WrongValue, match=price):
        tiers = {"kind": "graduated", "steps": [{"price": price}]}
        tariff_from_plain(a_tariff(data=section | {"tiers": tiers}))


@pytest.mark.parametrize(("quantity", "billed"), [(1, 100), (100, 100), (101, 150), (0, 0)])
def test_a_session_is_rounded_up_in_bytes(quantity: int, billed: int) -> None:
    data = {"price": "1", "per": "byte", "first_increment": 100, "next_increment": 50}

    assert total_amount(rated([a_session(quantity)], a_tariff(data=data))) == billed


def test_an_allowance_of_bytes_goes_to_the_session_that_happened_first() -> None:
    data = {"price": "1", "allowance": {"amount": 1_000_000}}
    late = a_session(800_000, record_key="a", occurred_at=at("2026-10-02T10:00:00"))
    early = a_session(700_000, record_key="b")

    batch = rated([late, early], a_tariff(data=data))

    by_key = {row["record_key"]: row["amount_3600"] for row in batch.charges.to_dicts()}
    # 0.7 MB are free, then 0.3 of 0.8: half a megabyte is charged.
    assert by_key == {"b": 0, "a": Decimal("0.5") * 3600}


def test_tiers_of_data_are_bounded_by_the_unit_of_the_price() -> None:
    tiers = {"kind": "graduated", "steps": [{"up_to": 1, "price": "4"}, {"price": "2"}]}

    batch = rated([a_session(1_500_000_000)], a_tariff(data={"tiers": tiers, "per": "gigabyte"}))

    assert amounts(batch) == [Decimal(4), Decimal(1)]


def test_a_package_of_bytes_may_have_any_price() -> None:
    tiers = {"kind": "package", "size": 1, "price": "0.123456789"}

    batch = rated([a_session(1_500_000_000)], a_tariff(data={"tiers": tiers, "per": "gigabyte"}))

    assert total_amount(batch) == Decimal("0.246913578")


@pytest.mark.parametrize(
    ("reading", "per", "outcome"),
    [
        (a_reading(1_234), "kilowatt_hour", "rated"),
        (a_reading(1_234, "litre"), "kilowatt_hour", "UNIT_DIFFERS"),
        (a_reading(1_234, "litre"), "cubic_metre", "rated"),
        (a_reading(1_234, unit=None), "cubic_metre", "UNIT_DIFFERS"),
        (a_reading(10**15 + 1), "kilowatt_hour", "BAD_QUANTITY"),
    ],
)
def test_the_unit_of_a_meter_must_be_that_of_its_price(
    reading: dict[str, Any], per: str, outcome: str
) -> None:
    batch = rated([reading], a_tariff(meter={"price": "0.85", "per": per}))

    assert outcome_of(batch) == {"call-1": outcome}
    assert amounts(batch) == ([Decimal("1.0489")] if outcome == "rated" else [])


ONE_TARIFF = {
    "price": "0.85",
    "cases": [
        {
            "name": "gas",
            "when": {"unit": ["litre"], "product": ["gas"]},
            "per": "cubic_metre",
            "tiers": {"kind": "graduated", "steps": [{"up_to": 2, "price": "3"}, {"price": "4"}]},
        },
        {"name": "water", "when": {"unit": ["litre"]}, "per": "cubic_metre", "price": "12.50"},
    ],
}


@pytest.mark.parametrize(
    ("quantity", "facts", "charged"),
    [
        (60_000, {}, [(None, "kilowatt_hour", Decimal(51))]),
        (1_234, {"unit": "litre"}, [("water", "cubic_metre", Decimal("15.425"))]),
        (
            5_000,
            {"unit": "litre", "product": "gas"},
            [("gas", "cubic_metre", Decimal(6)), ("gas", "cubic_metre", Decimal(12))],
        ),
        # Gas told in energy is charged as energy.
        (1_000, {"product": "gas"}, [(None, "kilowatt_hour", Decimal("0.85"))]),
    ],
)
def test_one_tariff_prices_power_water_and_gas_each_by_its_unit(
    quantity: int, facts: dict[str, Any], charged: list[tuple[str | None, str, Decimal]]
) -> None:
    batch = rated([a_reading(quantity, **facts)], a_tariff(meter=ONE_TARIFF))

    told = batch.charges.select("case_name", "per").rows()
    assert [(*each, amount) for each, amount in zip(told, amounts(batch), strict=True)] == charged


@pytest.mark.parametrize(
    ("quantity", "unit", "per", "price", "amount"),
    [
        (129_600, "core_second", "core_hour", "0.12", "4.32"),
        (2_500_000, "megabyte_hour", "gigabyte_hour", "0.002", "5"),
        (12_345, "request", "thousand_requests", "0.30", "3.7035"),
        (12_345, "request", "request", "0.0003", "3.7035"),
        (252, "device_hour", "device_day", "0.75", "7.875"),
        (252, "device_hour", "device_hour", "0.03125", "7.875"),
        (3, "consultation", "consultation", "45", "135"),
    ],
)
def test_clouds_and_health_are_metered_in_units_of_their_own(
    quantity: int, unit: str, per: str, price: str, amount: str
) -> None:
    batch = rated([a_reading(quantity, unit)], a_tariff(meter={"price": price, "per": per}))

    assert amounts(batch) == [Decimal(amount)]


@pytest.mark.parametrize(
    ("kind", "unit"), [("meter", "cubic_metre"), ("meter", "byte"), ("voice", "litre")]
)
def test_a_case_for_a_unit_that_no_such_event_has_is_refused(kind: str, unit: str) -> None:
    case = {"name": "odd", "when": {"unit": [unit]}, "price": "1"}

    with pytest.raises(WrongValue, match=unit):
        tariff_from_plain(a_tariff(**{kind: {"price": "1", "cases": [case]}}))


def test_a_meter_is_the_customers_and_a_session_may_be_a_carriers_too() -> None:
    wholesale = a_tariff(code="wholesale", data={"price": "0.01"})
    retail = a_tariff(data={"price": "0.02"}, meter={"price": "1"})
    records = [
        a_session(10**6, trunk_out="T1", record_key="session"),
        a_reading(1000, trunk_out="T1", direction="incoming", record_key="reading"),
    ]

    batch = rated(records, retail, wholesale, trunks=[a_trunk()])

    found = zip(batch.charges["record_key"], batch.charges["side"], amounts(batch), strict=True)
    assert sorted(found) == [
        ("reading", "customer", Decimal(1)),
        ("session", "carrier", Decimal("0.01")),
        ("session", "customer", Decimal("0.02")),
    ]
