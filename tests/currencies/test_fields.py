"""Amounts over HTTP are strings, strictly read."""

from decimal import Decimal

import pytest
from marshmallow import Schema, ValidationError

from currencies.fields import AmountField, MoneyField
from currencies.money import money


class Invoice(Schema):
    due = MoneyField()
    unit_rate = AmountField()


def test_money_is_written_as_two_strings():
    written = Invoice().dump({"due": money("12.3 EUR"), "unit_rate": Decimal("0.0060")})

    assert written == {"due": {"amount": "12.30", "currency": "EUR"}, "unit_rate": "0.006"}


def test_nothing_is_written_as_nothing():
    assert Invoice().dump({"due": None, "unit_rate": None}) == {"due": None, "unit_rate": None}


def test_money_is_read_from_two_strings():
    read = Invoice().load({"due": {"amount": "12.3400", "currency": "EUR"}, "unit_rate": "0.006"})

    assert read == {"due": money("12.34 EUR"), "unit_rate": Decimal("0.006")}


@pytest.mark.parametrize(
    "due",
    [
        "12.34 EUR",
        {"amount": "12.34"},
        {"amount": 12.34, "currency": "EUR"},
        {"amount": 12, "currency": "EUR"},
        {"amount": "12.34", "currency": None},
        {"amount": "12.34", "currency": "EUR", "rate": "1"},
        {"amount": "1e5", "currency": "EUR"},
        {"amount": "１２", "currency": "EUR"},
        {"amount": "12.34", "currency": "ZZZ"},
        [],
    ],
)
def test_money_that_is_not_strict_is_refused(due):
    with pytest.raises(ValidationError):
        Invoice().load({"due": due})


@pytest.mark.parametrize("amount", [1, 1.5, True, "1,5", "NaN", " 1", {}])
def test_an_amount_that_is_not_strict_is_refused(amount):
    with pytest.raises(ValidationError):
        Invoice().load({"unit_rate": amount})
