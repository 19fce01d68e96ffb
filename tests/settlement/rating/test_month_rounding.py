"""Rule R51: seconds are rounded for each call, or once for a trunk and month."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.interconnect.declaring import buckets_beside
from settlement.rating.charge_line import ChargeLine
from settlement.rating.derivation import derivation_of
from settlement.rating.kernel import rate
from settlement.rating.line_derivation import from_text
from settlement.rating.month_rounding import Together, month_rounding
from settlement.rating.slicing.summed import all_summed, summed
from tests.reference.trunk_months import Call, owed
from tests.settlement.rating.formula import worked_out
from tests.settlement.rating.usage_and_terms import a_call, a_trunk, snapshot, usage_frame

OCTOBER = date(2026, 10, 1), date(2026, 11, 1)
IC, CARRIER = str(UUID(int=7)), str(UUID(int=8))
# Two destinations share a price, the third has its own price and increments.
RATES: list[dict[str, Any]] = [
    {"prefix": "44", "destination": "UK", "price": "0.06", "first": 60, "next": 60},
    {"prefix": "49", "destination": "Germany", "price": "0.06", "first": 60, "next": 60},
    {"prefix": "7", "destination": "Russia", "price": "0.11", "first": 30, "next": 6},
]
OF = {str(rate["prefix"]): rate for rate in RATES}
COST = {
    "code": "wholesale",
    "currency": "EUR",
    "valid_from": "2026-01-01",
    "voice": {
        "rates": [
            {
                "prefix": each["prefix"],
                "destination": each["destination"],
                "price": each["price"],
                "first_increment": each["first"],
                "next_increment": each["next"],
            }
            for each in RATES
        ]
    },
}
RETAIL = {
    "code": "standard", "currency": "PLN", "valid_from": "2026-01-01", "voice": {"price": "0"},
}  # fmt: skip


def charged(
    calls: list[tuple[str, str, int]], scope: str | None = "trunk_month", apart: int = 1
) -> tuple[pl.DataFrame, list[ChargeLine]]:
    """Charges of calls (trunk, prefix, seconds) with their trunks, and the lines of rounding."""
    trunks = [
        a_trunk(trunk=each, rounding_scope=scope, agreement=IC, carrier=CARRIER)
        for each in ("T1", "T2")
    ]
    usage = usage_frame(
        *(
            a_call(seconds, record_key=f"c{number}", line=number, trunk_out=trunk,
                   b_number=f"{prefix}500600700")
            for number, (trunk, prefix, seconds) in enumerate(calls)
        )
    )  # fmt: skip
    terms = snapshot([COST, RETAIL], trunks=trunks)
    slices, frames = [], []
    for number in range(apart):
        own = usage.gather_every(apart, number)
        batch = rate(own, terms)
        charges = batch.charges.join(own.select("line", trunk="trunk_out"), on="line", how="left")
        batch = batch._replace(charges=charges.with_columns(terms=pl.lit(None, pl.String)))
        frames.append(batch.charges)
        slices.append(summed(own, batch))
    return pl.concat(frames), list(month_rounding(all_summed(slices).lines, *OCTOBER))


def carrier_seconds(charges: pl.DataFrame) -> int:
    return int(charges.filter(pl.col("side") == "carrier")["billed_units"].sum())


@pytest.mark.parametrize(("scope", "minutes"), [(None, 6), ("call", 6), ("trunk_month", 4)])
def test_three_calls_of_61_seconds_are_6_minutes_or_4(scope: str | None, minutes: int) -> None:
    charges, lines = charged([("T1", "44", 61)] * 3, scope)

    added = sum(line.billed_units for line in lines)
    assert carrier_seconds(charges) + added == minutes * 60


def test_each_trunk_is_rounded_by_itself_and_destinations_of_one_price_together() -> None:
    _, lines = charged([("T1", "44", 61), ("T1", "49", 61), ("T2", "44", 61)])

    # T1: 122 s are 180; T2: 61 s are 120. At 0.06 a minute 58 s are 0.058, 59 s are 0.059.
    assert [(line.trunk, line.billed_units, line.amount_3600 / 3600) for line in lines] == [
        ("T1", 58, Decimal("0.058")),
        ("T2", 59, Decimal("0.059")),
    ]


def test_the_customer_of_the_call_is_still_rounded_by_the_call() -> None:
    charges, _ = charged([("T1", "44", 61)])

    customer = charges.filter(pl.col("side") == "customer")
    assert customer["by_month"].to_list() == [False]


def test_what_fits_adds_no_line() -> None:
    assert charged([("T1", "44", 100), ("T1", "49", 20)])[1] == []


@pytest.mark.parametrize(
    ("used", "first", "following", "rounded"),
    # R11's increments, on a month: nothing stays nothing, the first holds, then the steps.
    [(0, 90, 60, 0), (1, 90, 60, 90), (90, 90, 60, 90), (91, 90, 60, 150), (151, 90, 60, 210)],
)
def test_a_month_is_rounded_as_a_call_would_be(
    used: int, first: int, following: int, rounded: int
) -> None:
    assert Together(used, first, following).rounded == rounded


def test_the_explanations_give_the_amounts() -> None:
    charges, (line,) = charged([("T1", "7", 61), ("T1", "7", 4)])

    for row in charges.filter(pl.col("side") == "carrier").iter_rows(named=True):
        assert worked_out(derivation_of(row).formula) == Fraction(row["amount_3600"]) / 3600
    assert line.derivation is not None
    # 65 s are 30 and 6 steps of 6: 66 s. One second more at 0.11 a minute rounds to nothing.
    assert worked_out(from_text(line.derivation).formula) == line.amount == Decimal("0.00")
    assert line.billed_units == 1


def test_a_declaration_shows_it_on_the_last_day_without_calls() -> None:
    _, lines = charged([("T1", "44", 61)] * 3)

    (bucket,) = buckets_beside(lines, date(2026, 10, 31))

    assert (bucket.day, bucket.direction, bucket.trunk) == (date(2026, 10, 31), "outgoing", "T1")
    assert (bucket.calls, bucket.seconds, bucket.billed_seconds) == (0, 0, 57)
    assert (bucket.destination, bucket.rate, bucket.amount) == (
        "rounding", Decimal("0.06"), Decimal("0.057"),
    )  # fmt: skip


CALLS = st.lists(
    st.tuples(st.sampled_from(["T1", "T2"]), st.sampled_from(sorted(OF)), st.integers(1, 500)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40)
@given(calls=CALLS, apart=st.sampled_from([1, 3]))
def test_charges_and_rounding_are_what_a_count_by_hand_gives(
    calls: list[tuple[str, str, int]], apart: int
) -> None:
    charges, lines = charged(calls, apart=apart)

    found: dict[str, Fraction] = defaultdict(Fraction)
    of_carriers = charges.filter(pl.col("side") == "carrier")
    for trunk, exact in of_carriers.select("trunk", "amount_3600").iter_rows():
        found[trunk] += Fraction(exact) / 3600
    for line in lines:
        found[line.trunk] += Fraction(line.amount_3600) / 3600
    assert found == owed(
        Call(
            trunk, seconds, Fraction(OF[prefix]["price"]), int(OF[prefix]["first"]),
            int(OF[prefix]["next"]),
        )
        for trunk, prefix, seconds in calls
    )  # fmt: skip
