"""What an event would have cost without an allowance (rules R15, R49)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from settlement.rating.list_prices import event_prices
from settlement.rating.rated_batch import CHARGES

NOON = dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC)


def part(number: int = 1, *, record: str = "call", **facts: Any) -> dict[str, Any]:
    """A part of a call at 0.60 a minute, by 60 and 60 seconds, of 90 seconds."""
    usual = {
        "source": "switch", "record_key": record, "kind": "voice", "occurred_at": NOON,
        "occurred_on": NOON.date(), "side": "customer", "balance": "receivable",
        "agreement": "anna", "part": number, "covered_by": "charge", "free_units": 0,
        "price": Decimal("0.60"), "per": "minute", "per_units": 60, "amount_3600": Decimal(0),
        "units": 90, "included": 0, "first_increment": 60, "next_increment": 60,
    }  # fmt: skip
    return usual | facts


def listed(*parts: dict[str, Any]) -> list[tuple[Decimal, Decimal]]:
    """Retail and list price of each event, in money."""
    frame = pl.DataFrame([dict.fromkeys(CHARGES) | each for each in parts], schema=CHARGES)
    found = event_prices(frame).select("retail_3600", "listed_3600").iter_rows()
    return [(retail / 3600, price / 3600) for retail, price in found]


def test_without_an_allowance_the_list_price_is_what_was_charged() -> None:
    assert listed(part(amount_3600=Decimal("1.20") * 3600)) == [(Decimal("1.2"), Decimal("1.2"))]


@pytest.mark.parametrize(
    ("free", "charged", "included", "price"),
    [
        # 20 of 90 seconds are covered, and 70 are two minutes; so is the whole call.
        (20, "1.20", 0, "1.20"),
        # All of it is covered: nothing is charged for what costs two minutes.
        (90, "0.00", 0, "1.20"),
        # 40 seconds are included in each call, in the list price too: 50 are one minute.
        (50, "0.00", 40, "0.60"),
    ],
)
def test_an_allowance_does_not_lower_the_list_price(
    free: int, charged: str, included: int, price: str
) -> None:
    covered = part(1, covered_by="allowance", free_units=free, included=included)
    rest = part(2, amount_3600=Decimal(charged) * 3600, included=included)
    parts = [covered, rest] if Decimal(charged) else [covered]

    assert listed(*parts) == [(Decimal(charged), Decimal(price))]


def test_parts_at_two_prices_are_listed_each_at_its_own() -> None:
    covered = part(1, covered_by="allowance", free_units=30, price=Decimal("0.60"))
    later = part(2, amount_3600=Decimal("0.20") * 3600, price=Decimal("0.20"))

    # 30 seconds at 0.60 a minute, and what was charged in the other band.
    assert listed(covered, later) == [(Decimal("0.2"), Decimal("0.5"))]


def test_a_price_for_a_million_units_stays_exact() -> None:
    data: dict[str, Any] = {
        "kind": "data", "per": "megabyte", "per_units": 10**6, "units": 3, "first_increment": 1,
        "next_increment": 1, "price": Decimal("0.01"),
    }  # fmt: skip

    found = listed(part(1, covered_by="allowance", free_units=3, **data))

    assert found == [(Decimal(0), Decimal("0.00000003"))]


def test_events_come_by_time_and_then_by_id() -> None:
    later = NOON + dt.timedelta(seconds=1)
    amounts = {"b": NOON, "a": NOON, "c": later}
    parts = [
        part(record=name, occurred_at=at, amount_3600=Decimal(ord(name)) * 3600)
        for name, at in reversed(amounts.items())
    ]

    assert [int(retail) for retail, _ in listed(*parts)] == [ord("a"), ord("b"), ord("c")]
