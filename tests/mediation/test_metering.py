"""What a meter has counted between its readings, by figures worked out by hand."""

import datetime as dt
import itertools
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.metering import Reach, reach, with_consumption
from mediation.usage import USAGE_SCHEMA


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)


def a_reading(on: int, reading: int, estimated: bool = False, **facts: Any) -> dict[str, Any]:
    """A reading of a five-digit register, taken on that day."""
    return {
        "batch_id": "b1",
        "line": on + 1,
        "record_key": f"{on:04}",
        "kind": "meter",
        "account": "M1",
        "unit": "watt_hour",
        "occurred_at": day(on),
        "reading": reading,
        "estimated": estimated,
        "register_digits": 5,
        "quantity": 0,
    } | facts


def frame(*readings: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(readings), schema=USAGE_SCHEMA)


def consumed(*readings: dict[str, Any]) -> list[int]:
    """The consumption that each reading shows, in the order given."""
    shown = with_consumption(frame(*readings)).select("batch_id", "line", "quantity")
    by_place = {(batch, line): quantity for batch, line, quantity in shown.iter_rows()}
    return [by_place[each["batch_id"], each["line"]] for each in readings]


def estimate(on: int, reading: int) -> dict[str, Any]:
    return a_reading(on, reading, estimated=True)


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        # Nothing is known of what was consumed before the first reading.
        ([a_reading(0, 500)], [0]),
        ([a_reading(0, 500), a_reading(1, 620), a_reading(2, 620)], [0, 120, 0]),
        # 99,990 to 100,000 is 10, and 25 more.
        ([a_reading(0, 99_990), a_reading(1, 25), a_reading(2, 125)], [0, 35, 100]),
        # Twice round: 60,000 and 60,000 and 60,000 of a register of 100,000.
        ([a_reading(n, n * 40_000 % 100_000) for n in range(6)], [0, *[40_000] * 5]),
        # 500 to 450 is no turn, but 50 back; the next one is compared with 500.
        ([a_reading(0, 500), a_reading(1, 450), a_reading(2, 510)], [0, -50, 10]),
        # A step of more than half the range upwards is the shorter way down.
        ([a_reading(0, 10), a_reading(1, 99_990), a_reading(2, 30)], [0, -20, 20]),
        # Exactly half of the range is no turn.
        ([a_reading(0, 0), a_reading(1, 50_000)], [0, 50_000]),
        ([a_reading(0, 50_000), a_reading(1, 0)], [0, -50_000]),
        # Without its digits nobody knows where a register turns over.
        (
            [a_reading(0, 99_990, register_digits=None), a_reading(1, 5, register_digits=None)],
            [0, -99_985],
        ),
        # An estimate stands until somebody reads: 100, then 80 after it.
        ([a_reading(0, 500), estimate(1, 600)], [0, 100]),
        ([a_reading(0, 500), estimate(1, 600), estimate(2, 680)], [0, 100, 80]),
        ([a_reading(0, 500), estimate(1, 600), a_reading(2, 650)], [0, 0, 150]),
        # The estimate was too high; nothing went back.
        ([a_reading(0, 500), estimate(1, 600), a_reading(2, 550)], [0, 0, 50]),
        (
            [a_reading(0, 500), estimate(1, 600), a_reading(2, 650), estimate(3, 700)],
            [0, 0, 150, 50],
        ),
        # A reading that went back proves no estimate wrong.
        ([a_reading(0, 500), estimate(1, 600), a_reading(2, 50)], [0, 100, -550]),
        # An estimate may open a register, and may be lower than the one before it.
        ([estimate(0, 500), a_reading(1, 540)], [0, 40]),
        ([a_reading(0, 500), estimate(1, 600), estimate(2, 590)], [0, 100, -10]),
        # Over the turn with an estimate between: 99,900 to 100,000 is 100, and 40 more.
        ([a_reading(0, 99_900), estimate(1, 99_990), a_reading(2, 40)], [0, 0, 140]),
    ],
)
def test_consumption_by_hand(readings: list[dict[str, Any]], expected: list[int]) -> None:
    assert consumed(*readings) == expected


def test_registers_are_told_apart_by_account_product_and_unit() -> None:
    readings = [
        a_reading(on, value, line=line * 10 + on, **register)
        for line, register in enumerate(
            ({}, {"account": "M2"}, {"product": "night"}, {"unit": "litre"}), 1
        )
        for on, value in ((0, 100 * line), (1, 100 * line + line))
    ]

    assert consumed(*readings) == [0, 1, 0, 2, 0, 3, 0, 4]


def test_two_readings_of_one_instant_have_an_order_of_their_own() -> None:
    same = [a_reading(1, 600, line=2), a_reading(1, 610, line=3), estimate(1, 700) | {"line": 4}]

    for order in itertools.permutations([a_reading(0, 500), *same]):
        shown = dict(zip([each["line"] for each in order], consumed(*order), strict=True))
        assert shown == {1: 0, 2: 100, 3: 10, 4: 0}


# All steps together stay below half of the range, so that the way round is never in doubt.
steps = st.lists(st.tuples(st.integers(0, 4_000), st.booleans()), max_size=12)


@settings(max_examples=60)
@given(steps=steps, order=st.randoms(use_true_random=False))
def test_the_total_is_the_way_from_the_first_to_the_last_in_any_order(
    steps: list[tuple[int, bool]], order: Any
) -> None:
    so_far, readings = 70_000, [a_reading(0, 70_000)]
    for number, (step, estimated) in enumerate(steps, 1):
        so_far += step
        readings.append(a_reading(number, so_far % 100_000, estimated=estimated))
    in_time = consumed(*readings)
    order.shuffle(readings)

    shown = consumed(*readings)

    assert sum(shown) == so_far - 70_000
    assert min(shown) >= 0
    assert sorted(shown) == sorted(in_time)


@pytest.mark.parametrize(
    ("before", "late", "expected"),
    [
        # Nothing but itself.
        ([a_reading(0, 500)], a_reading(9, 600), Reach(day(9), day(9))),
        # The reading after it shows less now.
        ([a_reading(0, 500), a_reading(9, 600)], a_reading(5, 550), Reach(day(5), day(9))),
        # The estimate before it is superseded.
        ([a_reading(0, 500), estimate(3, 600)], a_reading(5, 550), Reach(day(3), day(5))),
        # It opens the register: what opened it until now shows consumption.
        ([a_reading(4, 500)], a_reading(1, 450), Reach(day(1), day(4))),
        # An estimate that came too late says nothing, and changes nothing but itself.
        ([a_reading(0, 500), a_reading(9, 600)], estimate(5, 550), Reach(day(5), day(5))),
    ],
)
def test_a_reading_changes_usage_from_here_to_there(
    before: list[dict[str, Any]], late: dict[str, Any], expected: Reach
) -> None:
    assert reach(frame(*before), frame(*before, late)) == expected


def test_the_same_readings_change_nothing() -> None:
    readings = frame(a_reading(0, 500), a_reading(1, 600))

    assert reach(readings, readings) is None
