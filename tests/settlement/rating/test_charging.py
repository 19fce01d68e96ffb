"""Charge lines are the first rounded amounts; fees and their parts tie out (R13, R36, R42)."""

from datetime import date
from decimal import Decimal

import pytest

from currencies.money import money, shown
from settlement.catalogue.fee import Fee
from settlement.rating.charging import charge_lines, minor_units_of_parts
from settlement.rating.fees import Days, fee_piece, prorated
from tests.settlement.rating.usage_and_terms import a_call, a_sale, a_tariff, at, rated

# Two minutes before six in the evening in Warsaw.
ACROSS = {
    "rates": [
        {"prefix": "", "price": "0.005", "band": "day"},
        {"prefix": "", "price": "0.005", "band": "night"},
    ],
    "bands": [
        {"name": "day", "windows": [{"from": "06:00", "until": "18:00"}]},
        {"name": "night", "otherwise": True},
    ],
    "band_crossing": "SPLIT",
}


@pytest.mark.parametrize(("rounding", "amount"), [("line", "0.02"), ("event", "0.03")])
def test_a_line_is_rounded_or_each_of_its_events(rounding: str, amount: str) -> None:
    # Three calls of 0.006 are 0.018; each alone is 0.01.
    calls = [a_call(60, record_key=key) for key in "abc"]

    batch = rated(calls, a_tariff({"price": "0.006"}, charge_rounding=rounding))

    (line,) = charge_lines(batch.charges).rows(named=True)
    assert line["amount"] == Decimal(amount)
    assert line["amount_3600"] == Decimal("0.018") * 3600
    assert (line["events"], line["connected_seconds"], line["billed_units"]) == (3, 180, 180)


def test_the_parts_of_an_event_add_up_to_the_rounded_event() -> None:
    # 0.005 by day and 0.005 by night: alone each would be 0.01, together they are 0.01.
    call = a_call(120, occurred_at=at("2026-10-01T15:59:00"))

    batch = rated([call], a_tariff(ACROSS, charge_rounding="event"))

    assert minor_units_of_parts(batch.charges).to_list() == [1, 0]
    lines = charge_lines(batch.charges).select("band", "amount", "events")
    assert lines.rows() == [("day", Decimal("0.01"), 1), ("night", Decimal(0), 0)]


def test_lines_are_by_month_of_the_zone_and_sorted() -> None:
    calls = [
        a_call(60, record_key="november", occurred_at=at("2026-10-31T23:30:00")),
        a_call(60, record_key="october", occurred_at=at("2026-10-31T22:30:00")),
    ]

    lines = charge_lines(rated(calls, a_tariff()).charges)

    assert lines["month"].to_list() == [date(2026, 10, 1), date(2026, 11, 1)]


def test_products_are_lines_of_their_own() -> None:
    tariff = a_tariff(content={"prices": {"game": "4.99", "song": "0.99"}})
    sales = [a_sale(record_key="1"), a_sale(record_key="2", product="song", quantity=2)]

    lines = charge_lines(rated(sales, tariff).charges)

    assert lines.select("product", "quantity", "amount").rows() == [
        ("game", 1, Decimal("4.99")),
        ("song", 2, Decimal("1.98")),
    ]


def test_no_charges_make_no_lines() -> None:
    assert charge_lines(rated([], a_tariff()).charges).is_empty()


@pytest.mark.parametrize(
    ("price", "pieces", "whole", "charged"),
    [
        ("100.00", [10, 11, 10], 31, ["32.26", "35.48", "32.26"]),
        ("10.00", [1, 1, 29], 31, ["0.32", "0.33", "9.35"]),
        ("10.00", [1], 31, ["0.32"]),
    ],
)
def test_proration_telescopes(
    price: str, pieces: list[int], whole: int, charged: list[str]
) -> None:
    parts = prorated(money(price, "EUR"), pieces, whole)

    assert [shown(part) for part in parts] == [f"{part} EUR" for part in charged]


def test_thirty_one_days_are_the_whole_fee() -> None:
    parts = prorated(money("10.00 EUR"), [1] * 31, 31)

    assert sum(part.amount for part in parts) == Decimal("10.00")


OCTOBER = Days(date(2026, 10, 1), date(2026, 11, 1))


def due(fee: Fee, active: Days) -> Decimal:
    piece = fee_piece(fee, "EUR", OCTOBER, active, "Europe/Warsaw")
    return Decimal(0) if piece is None else piece.amount


@pytest.mark.parametrize(
    ("first", "until", "charged"),
    [
        ("2026-01-01", None, "100.00"),
        ("2026-10-01", "2026-10-11", "32.26"),
        ("2026-10-11", "2026-10-22", "35.48"),
        ("2026-10-22", None, "32.26"),
        ("2026-11-01", None, "0.00"),
        ("2026-01-01", "2026-10-01", "0.00"),
    ],
)
def test_a_fee_is_for_the_days_the_subscription_was_active(
    first: str, until: str | None, charged: str
) -> None:
    active = Days(date.fromisoformat(first), date.fromisoformat(until) if until else None)

    fee = Fee("line", "recurring", Decimal(100))

    assert due(fee, active) == Decimal(charged)


def test_by_the_second_the_day_of_25_hours_costs_more() -> None:
    fee = Fee("line", "recurring", Decimal("745.00"), "second")
    long_day = Days(date(2026, 10, 25), date(2026, 10, 26))

    # October has 745 hours in Warsaw, so each hour is 1.00.
    assert due(fee, long_day) == Decimal("25.00")


@pytest.mark.parametrize(("first", "charged"), [("2026-10-31", "5.00"), ("2026-09-30", "0.00")])
def test_a_one_off_fee_is_due_where_the_subscription_begins(first: str, charged: str) -> None:
    fee = Fee("setup", "one_off", Decimal(5))

    assert due(fee, Days(date.fromisoformat(first), None)) == Decimal(charged)
