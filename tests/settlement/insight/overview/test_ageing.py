"""How old what is still to be paid is."""

import datetime as dt

import pytest

from currencies.money import money
from settlement.insight.overview.ageing import OLDER, age_of, by_age

TODAY = dt.date(2026, 11, 18)


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (-14, "not due yet"),
        (0, "not due yet"),
        (1, "overdue up to 30 days"),
        (30, "overdue up to 30 days"),
        (31, "overdue 31 to 60 days"),
        (60, "overdue 31 to 60 days"),
        (61, "overdue 61 to 90 days"),
        (90, "overdue 61 to 90 days"),
        (91, OLDER),
    ],
)
def test_an_age_ends_with_its_last_day(days, age):
    assert age_of(TODAY - dt.timedelta(days=days), TODAY) == age


def test_each_currency_has_every_age():
    due = TODAY - dt.timedelta(days=40)
    found = by_age([(due, money("10 PLN")), (due, money("5 PLN")), (TODAY, money("7 EUR"))], TODAY)

    assert list(found) == ["EUR", "PLN"]
    assert [amount.amount for _age, amount in found["PLN"]] == [0, 0, 15, 0, 0]
    assert [amount.amount for _age, amount in found["EUR"]] == [7, 0, 0, 0, 0]
