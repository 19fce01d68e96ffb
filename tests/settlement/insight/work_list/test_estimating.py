"""What waits is worth as much as rated records that are like it, and never nothing by default."""

from decimal import Decimal

import polars as pl
import pytest

from currencies.money import shown
from settlement.insight.work_list.estimating import Averages, Basis, Group, averages, work_list
from settlement.insight.work_list.service import country_of

# Source, record, kind, country called, currency, amount; a record without a charge has neither.
RATED = """
    switch  r1  voice    49  PLN  1.00
    switch  r2  voice    49  PLN  0.50
    switch  r3  voice    44  PLN  4.00
    switch  r4  voice    44  EUR  0.10
    switch  r5  voice    49
    shop    r6  content  -   PLN  9.99
    shop    r7  content  -   PLN  0.01
"""


def rated(table: str = RATED) -> pl.DataFrame:
    rows = [line.split() for line in table.strip().splitlines()]
    return pl.DataFrame(
        {
            "source": [row[0] for row in rows],
            "record_key": [row[1] for row in rows],
            "kind": [row[2] for row in rows],
            "country": [row[3].strip("-") for row in rows],
            "currency": [row[4] if len(row) > 4 else None for row in rows],
            "amount_3600": [Decimal(row[5]) * 3600 if len(row) > 4 else None for row in rows],
        },
        schema_overrides={"amount_3600": pl.Decimal(38, 12)},
    )


@pytest.fixture
def known() -> Averages:
    return averages(rated())


def a_group(**changes: object) -> Group:
    facts = {
        "stage": "rating",
        "reason": "NO_RATE",
        "source": "switch",
        "kind": "voice",
        "country": "49",
        "records": 10,
    }
    return Group(**(facts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("group", "values", "basis"),
    [
        # 1.50 over three records to Germany, the free one too: 0.50 each.
        (a_group(), ["5.00 PLN"], Basis("country", 3, 10)),
        # Nothing was rated to France: 5.50 PLN and 0.10 EUR over the five calls of the switch.
        (a_group(country="33"), ["0.20 EUR", "11.00 PLN"], Basis("kind", 5, 10)),
        (a_group(country=""), ["0.20 EUR", "11.00 PLN"], Basis("kind", 5, 10)),
        # Another source: the calls of all sources.
        (a_group(source="new", country=""), ["0.20 EUR", "11.00 PLN"], Basis("any", 5, 10)),
        # 10.00 over two purchases, three wait.
        (
            a_group(source="shop", kind="content", country="", records=3),
            ["15.00 PLN"],
            Basis("kind", 2, 3),
        ),
        # A third of 1.50 three times a half: rounded once, 0.5 x 1 = 0.50.
        (a_group(records=1), ["0.50 PLN"], Basis("country", 3, 1)),
    ],
)
def test_an_estimate_is_the_closest_average_times_the_records(
    known: Averages, group: Group, values: list[str], basis: Basis
) -> None:
    [item] = work_list([group], known)

    assert [shown(value) for value in item.values] == values
    assert (item.bases, item.unlike) == ((basis,), 0)


def test_what_is_like_nothing_rated_is_counted_apart(known: Averages) -> None:
    [item] = work_list([a_group(records=4), a_group(kind="data", records=7)], known)

    assert (item.records, item.unlike) == (11, 7)
    assert [shown(value) for value in item.values] == ["2.00 PLN"]
    assert work_list([a_group()], {})[0].values == ()


def test_thirds_are_rounded_once() -> None:
    thirds = averages(rated("s a voice 49 PLN 0.10\ns b voice 49\ns c voice 49"))

    [item] = work_list([a_group(source="s", records=1), a_group(source="s", records=2)], thirds)

    assert [shown(value) for value in item.values] == ["0.10 PLN"]


def test_the_reason_with_the_most_records_comes_first(known: Averages) -> None:
    groups = [a_group(records=2), a_group(reason="BAD_TIME", stage="mediation", records=3)]

    assert [item.reason for item in work_list(groups, known)] == ["BAD_TIME", "NO_RATE"]


@pytest.mark.parametrize(
    ("digits", "country"),
    [("493", "49"), ("481", "48"), ("120", "1"), ("380", "380"), ("", ""), ("000", "")],
)
def test_a_country_is_the_calling_code_a_number_begins_with(digits: str, country: str) -> None:
    assert country_of(digits) == country
