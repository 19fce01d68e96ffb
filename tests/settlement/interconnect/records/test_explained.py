"""Differences of records are told by cause, call by call, and the causes close (R52, R54, R55)."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.interconnect.causes import Figures, explain
from settlement.interconnect.records.explained import Explained, explain_records
from settlement.interconnect.records.matched import Carried, Month, matched
from settlement.interconnect.records.waterfall import Cause, of_totals
from tests.settlement.interconnect.records.builders import NOON, records

DAY = 86_400
OCTOBER = Month(
    datetime.fromisoformat("2026-10-01T00:00Z"), datetime.fromisoformat("2026-11-01T00:00Z")
)
MIDNIGHT = (OCTOBER.ends_at - NOON).total_seconds()


def explained(
    ours: pl.DataFrame, theirs: pl.DataFrame, **facts: Any
) -> tuple[list[Explained], pl.DataFrame]:
    carried, declared = facts.pop("carried", None), facts.pop("declared_minutes", None)
    found = matched(ours, theirs, 2, OCTOBER, carried, declared)
    return explain_records(ours, theirs, found, "EUR", **facts)


def told(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], **facts: Any) -> str:
    """Each cause of the incoming calls with its exact amount and how many calls it is about."""
    directions, _ = explained(records(*ours, side="o"), records(*theirs, side="t"), **facts)
    parts = directions[0].waterfall.parts
    return ", ".join(f"{part.cause} {float(part.exact):g} of {part.records}" for part in parts)


CALL = {"seconds": 60, "amount": "0.60"}
BETWEEN = {"called": "49201"}


@pytest.mark.parametrize(
    ("ours", "theirs", "causes"),
    [
        ([CALL], [CALL], ""),
        ([CALL], [CALL, CALL | BETWEEN], "missing_here 0.6 of 1"),
        ([CALL, CALL | BETWEEN], [CALL], "missing_there -0.6 of 1"),
        ([CALL], [CALL, CALL], "duplicates 0.6 of 1"),
        ([CALL, CALL], [CALL], "duplicates -0.6 of 1"),
        # The same call twice on either side is twice the same call.
        ([CALL, CALL], [CALL, CALL], ""),
        # Three of one kind that we do not have at all: one is missing, two are duplicates.
        ([CALL | BETWEEN], [CALL | BETWEEN] + 3 * [CALL],
         "missing_here 0.6 of 1, duplicates 1.2 of 2"),
        # 66 s at our 0.01 a second is 0.66.
        ([CALL], [{"seconds": 66, "amount": "0.66"}], "duration 0.06 of 1"),
        ([CALL], [{"seconds": 66, "amount": "0.70"}], "duration 0.06 of 1, rate 0.04 of 1"),
        ([CALL], [{"seconds": 60, "amount": "0.61"}], "rate 0.01 of 1"),
        # Without a second of ours their price of a second says what duration is worth.
        ([{"seconds": 0, "amount": "0"}], [CALL], "duration 0.6 of 1"),
        # They write cents, and half a cent is theirs to round: 0.604 and 0.604 are 0.60 twice.
        # That is 0.008; the totals, 1.21 and 1.20, are rounded too, which makes it a cent.
        ([{"amount": "0.604"}, BETWEEN | {"amount": "0.604"}], [CALL, BETWEEN | CALL],
         "rounding -0.01 of 2"),
        # 0.606 would be 0.61; the totals, 0.61 and 0.60, are a cent apart.
        ([{"amount": "0.606"}], [CALL], "rate -0.006 of 1, rounding -0.004 of 0"),
    ],
)  # fmt: skip
def test_each_cause_is_told_of_the_calls_it_is_about(
    ours: list[dict[str, Any]], theirs: list[dict[str, Any]], causes: str
) -> None:
    assert told(ours, theirs) == causes


def test_calls_that_other_clocks_recorded_are_found_an_hour_on() -> None:
    ours = [CALL | {"at": 100 * n} for n in range(3)]
    # Another hour has another price there.
    theirs = [{"at": 100 * n + 3600, "seconds": 60, "amount": "0.90"} for n in range(3)]

    assert told(ours, theirs) == "time_zone 0.9 of 3"


def test_one_call_an_hour_apart_is_chance_unless_the_offset_is_declared() -> None:
    ours, theirs = [CALL], [CALL | {"at": 1800}]

    assert told(ours, theirs) == "missing_here 0.6 of 1, missing_there -0.6 of 1"
    assert told(ours, theirs, declared_minutes=30) == "time_zone 0 of 1"


def test_a_call_at_the_end_of_the_month_is_matched_in_the_next() -> None:
    """R55: it ends after the end of the month in our books and before it in theirs."""
    late = records(CALL | {"at": MIDNIGHT - 30}, side="t")
    nothing = records()

    [october], _ = explained(nothing, late)
    november = Month(OCTOBER.ends_at, OCTOBER.ends_at + timedelta(days=30))
    ours = records(CALL | {"at": MIDNIGHT - 29}, side="o")
    found = matched(ours, nothing, 2, november, Carried(theirs=late))
    [next_month], listed = explain_records(ours, nothing, found, "EUR")

    parts = [(part.cause, part.amount) for part in october.waterfall.parts]
    assert parts == [(Cause.CUT_OFF, Decimal("0.60"))]
    parts = [(part.cause, part.amount) for part in next_month.waterfall.parts]
    assert parts == [(Cause.CUT_OFF, Decimal("-0.60"))]
    assert found.pairs["sort"].to_list() == ["carried"]
    assert listed["record_ours"].to_list() == ["o-0"]


def test_another_rate_of_exchange_is_told_last() -> None:
    """Ours at 4.00, theirs at 4.20: of 0.63, 0.03 is exchange and nothing is price."""
    theirs = [{"seconds": 60, "amount": "0.63"}]

    assert told([CALL], theirs, our_fx_by_theirs=Fraction(400, 420)) == "fx 0.03 of 1"


def test_totals_alone_give_the_same_waterfall() -> None:
    """R54: 10.0000 and 10.2255 are payable as 10.00 and 10.23."""
    ours = Figures(1000, 60_000, Decimal("10.0000"), Decimal("0.01"))
    theirs = Figures(1002, 60_150, Decimal("10.2255"), Decimal("0.0102"))

    found = of_totals("incoming", "EUR", ours.amount, theirs.amount, explain(ours, theirs))

    assert (found.ours, found.theirs) == (Decimal("10.00"), Decimal("10.23"))
    assert [(part.cause.value, part.exact) for part in found.parts] == [
        ("volume", Fraction("0.02")), ("duration", Fraction("0.005")),
        ("rate", Fraction("0.2005")), ("rounding", Fraction("0.0045")),
    ]  # fmt: skip
    # 2.00, 0.50, 20.05 and 0.45 cents: the one cent left goes to the largest remainder.
    assert [part.amount for part in found.parts] == [
        Decimal(amount) for amount in ("0.02", "0.01", "0.20", "0.00")
    ]


some_calls = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.sampled_from([0, 1, 2, 5, 3600, 3601, 7200, MIDNIGHT - 1]),
            "seconds": st.sampled_from([0, 30, 60, 61]),
            "amount": st.sampled_from(["0", "0.6", "0.604", "1", "0.123456789"]),
            "called": st.sampled_from(["49200", "49201"]),
            "direction": st.sampled_from(["incoming", "outgoing"]),
        }
    ),
    max_size=8,
)


@settings(max_examples=16)
@given(ours=some_calls, theirs=some_calls, fx=st.sampled_from(["1", "1.05", "0.9"]))
def test_the_causes_close_for_any_records_in_any_order(
    ours: list[dict[str, Any]], theirs: list[dict[str, Any]], fx: str
) -> None:
    mine, their = records(*ours, side="o"), records(*theirs, side="t")

    found, listed = explained(mine, their, our_fx_by_theirs=Fraction(fx))

    for each in found:
        parts = each.waterfall.parts
        assert sum(part.amount for part in parts) == each.waterfall.theirs - each.waterfall.ours
        assert Cause.UNEXPLAINED not in [part.cause for part in parts]
        own = listed.filter(pl.col("direction") == each.direction)
        assert {part.cause.value: part.records for part in parts if part.records} == dict(
            own.group_by(pl.col("cause").cast(pl.String)).len().iter_rows()
        )
        for part in parts:
            shown = own.filter(pl.col("cause") == part.cause.value)["difference"].sum()
            if part.cause is not Cause.ROUNDING:
                assert abs(Fraction(shown or 0) - part.exact) <= Fraction(part.records, 10**6)
    again, listed_again = explained(mine.reverse(), their.reverse(), our_fx_by_theirs=Fraction(fx))
    assert (again, listed_again.rows()) == (found, listed.rows())


@settings(max_examples=12)
@given(ours=some_calls, theirs=some_calls)
def test_looked_at_from_the_other_side_all_is_mirrored(
    ours: list[dict[str, Any]], theirs: list[dict[str, Any]]
) -> None:
    mine, their = records(*ours, side="o"), records(*theirs, side="t")

    # Clocks are left out: of two offsets that pair as many only one can be taken.
    sides = [
        {
            each.direction: {part.cause: part.exact for part in each.waterfall.parts}
            for each in explained(*pair)[0]
        }
        for pair in ((no_clock(mine), no_clock(their)), (no_clock(their), no_clock(mine)))
    ]

    for direction, causes in sides[0].items():
        other = sides[1][direction]
        for one, across in MIRRORED.items():
            assert total(causes, one) == -total(other, across)


def no_clock(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("started_at") < NOON + timedelta(seconds=10))


MIRRORED = {
    (Cause.MISSING_HERE,): (Cause.MISSING_THERE,),
    (Cause.DUPLICATES,): (Cause.DUPLICATES,),
    # Each side measures duration at its own price; the rest is rate or rounding.
    (Cause.DURATION, Cause.RATE, Cause.ROUNDING): (Cause.DURATION, Cause.RATE, Cause.ROUNDING),
}


def total(causes: dict[Cause, Fraction], some: tuple[Cause, ...]) -> Fraction:
    return sum((causes.get(each, Fraction(0)) for each in some), Fraction(0))
