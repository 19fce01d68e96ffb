"""Holidays in bands: dates of the side's calendar on which weekdays do not hold (R16; B3)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from settlement.catalogue.public_holidays import is_calendar, public_holidays
from tests.settlement.rating.usage_and_terms import a_call, a_tariff, amounts, at, rated

WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
# Independence day is a Wednesday in 2026.
DATES = {"PL": ["2026-11-11"], "DE-BY": []}


def a_week(*bands: tuple[str, list[str], str], otherwise: str, **facts: Any) -> dict[str, Any]:
    """Bands from 08:00 until 18:00 on some days, and a price for the rest."""
    return {
        "rates": [
            *({"prefix": "48", "price": price, "band": name} for name, _, price in bands),
            {"prefix": "48", "price": otherwise, "band": "rest"},
        ],
        "bands": [
            *(
                {"name": name, "windows": [{"days": days, "from": "08:00", "until": "18:00"}]}
                for name, days, _ in bands
            ),
            {"name": "rest", "otherwise": True},
        ],
    } | facts


def price_of(instant: str, voice: dict[str, Any], **tariff: Any) -> Decimal:
    call = a_call(60, occurred_at=at(instant))
    (amount,) = amounts(rated([call], a_tariff(voice, **tariff), holidays=DATES))
    return amount


PEAK = ("peak", WORKDAYS, "0.10")
FESTIVE = ("festive", ["holiday"], "0.02")


@pytest.mark.parametrize(
    ("tariff", "price"),
    [
        ({}, "0.10"),
        ({"holidays": "PL"}, "0.04"),
        ({"holidays": "PL", "holiday_weekday": "replaced"}, "0.04"),
        ({"holidays": "PL", "holiday_weekday": "kept"}, "0.10"),
        ({"holidays": "DE-BY"}, "0.10"),
    ],
)
def test_on_a_holiday_the_weekdays_of_windows_do_not_hold_unless_kept(
    tariff: dict[str, str], price: str
) -> None:
    # Ten o'clock in Warsaw.
    assert price_of("2026-11-11T09:00:00", a_week(PEAK, otherwise="0.04"), **tariff) == Decimal(
        price
    )


@pytest.mark.parametrize(
    ("instant", "price"),
    [
        ("2026-11-11T09:00:00", "0.02"),
        ("2026-11-11T18:00:00", "0.04"),
        ("2026-11-10T09:00:00", "0.10"),
        ("2026-11-12T09:00:00", "0.10"),
        ("2026-11-14T09:00:00", "0.04"),
    ],
)
def test_a_window_may_name_holidays(instant: str, price: str) -> None:
    voice = a_week(PEAK, FESTIVE, otherwise="0.04")

    assert price_of(instant, voice, holidays="PL") == Decimal(price)


def test_a_window_without_days_holds_on_holidays_too() -> None:
    voice = a_week(PEAK, otherwise="0.04")
    voice["bands"][0]["windows"] = [{"from": "08:00", "until": "18:00"}]

    assert price_of("2026-11-11T09:00:00", voice, holidays="PL") == Decimal("0.10")


def test_the_holiday_is_a_local_date() -> None:
    # 23:59 on the tenth in Warsaw, and midnight.
    day = {"days": WORKDAYS, "from": "00:00", "until": "00:00"}
    voice = a_week(PEAK, otherwise="0.04")
    voice["bands"][0]["windows"] = [day]

    assert price_of("2026-11-10T22:59:59", voice, holidays="PL") == Decimal("0.10")
    assert price_of("2026-11-10T23:00:00", voice, holidays="PL") == Decimal("0.04")


@pytest.mark.parametrize(("crossing", "total"), [("START", "0.20"), ("SPLIT", "0.14")])
def test_r16_a_call_into_a_holiday_is_priced_by_its_start_or_split(
    crossing: str, total: str
) -> None:
    voice = a_week(PEAK, otherwise="0.04", band_crossing=crossing)
    voice["bands"][0]["windows"] = [{"days": WORKDAYS, "from": "00:00", "until": "00:00"}]
    call = a_call(120, occurred_at=at("2026-11-10T22:59:00"))

    batch = rated([call], a_tariff(voice, holidays="PL"), holidays=DATES)

    # A minute of Tuesday at 0.10, a minute of the holiday at 0.04.
    assert sum(amounts(batch)) == Decimal(total)


def test_a_case_looks_at_the_same_calendar() -> None:
    case = a_week(PEAK, otherwise="0.01") | {"name": "desk", "when": {"queue": ["a"]}}
    call = a_call(60, occurred_at=at("2026-11-11T09:00:00"), queue="a")
    tariff = a_tariff({"price": "1", "cases": [case]}, holidays="PL")

    assert amounts(rated([call], tariff, holidays=DATES)) == [Decimal("0.01")]


def test_calendars_are_those_of_countries_and_their_parts() -> None:
    assert date(2026, 11, 11) in public_holidays("PL", 2026, 2026)
    # Epiphany is kept in Bavaria, and not in all of Germany.
    assert date(2026, 1, 6) in public_holidays("DE-BY", 2026, 2026)
    assert date(2026, 1, 6) not in public_holidays("DE", 2026, 2026)
    assert date(2027, 1, 1) in public_holidays("DE", 2026, 2027)
    assert not any(map(is_calendar, ["", "XX", "PL-", "PL-BY", "de"]))
