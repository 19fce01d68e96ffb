"""The month of a declaration is ours; its days are those of the agreement's clock."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import polars as pl

from settlement.interconnect.declaring import buckets_of
from settlement.rating.rated_batch import RATED

AGREEMENT = UUID(int=3)
FIRST, LAST = dt.date(2026, 10, 1), dt.date(2026, 10, 31)


def a_call(day: dt.date) -> dict[str, object]:
    return {
        "source": "switch",
        "batch_id": "b",
        "line": day.toordinal(),
        "record_key": str(day),
        "kind": "voice",
        "direction": "incoming",
        "occurred_on": day,
        "side": "carrier",
        "balance": "receivable",
        "party": "p",
        "agreement": str(AGREEMENT),
        "tariff_version": "t",
        "charge_rounding": "line",
        "destination": "termination",
        "part": 1,
        "covered_by": "charge",
        "quantity": 1,
        "connected_seconds": 60,
        "free_units": 0,
        "billed_units": 60,
        "price": Decimal("0.01"),
        "amount_3600": Decimal("36"),
        "currency": "EUR",
        "trunk": "atlantic",
    }


def test_an_hour_that_the_other_clock_shows_outside_the_month_stays_in_it() -> None:
    # 00:30 on 1 October in Warsaw is 23:30 on 30 September in Dublin, and our October.
    days = [dt.date(2026, 9, 30), FIRST, dt.date(2026, 10, 2), LAST, dt.date(2026, 11, 1)]
    charges = pl.DataFrame([a_call(day) for day in days], schema=RATED)

    buckets = buckets_of(charges, AGREEMENT, FIRST, LAST)

    assert [(bucket.day, bucket.calls) for bucket in buckets] == [
        (FIRST, 2),
        (dt.date(2026, 10, 2), 1),
        (LAST, 2),
    ]
