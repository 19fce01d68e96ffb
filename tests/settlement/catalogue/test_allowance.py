"""Allowances are read strictly; one without a code stays as it was written."""

from typing import Any

import pytest

from i18n.errors import DomainError
from settlement.catalogue.allowance import Allowance
from settlement.catalogue.plain_values import KeyMissing, UnknownKey, WrongValue
from settlement.catalogue.tariff import tariff_from_plain, tariff_to_plain

HEAD = {"code": "gold", "currency": "PLN", "valid_from": "2026-10-01"}
EVERY = {
    "code": "family",
    "amount": 6000,
    "allowance_measure": "rounded",
    "shared_by": "customer",
    "rollover_months": 2,
    "priority": 5,
    "destinations": ["Poland", "Germany"],
}


def voice(**facts: Any) -> dict[str, Any]:
    return HEAD | {"voice": {"price": "1"} | facts}


@pytest.mark.parametrize(
    "plain",
    [
        voice(allowance={"amount": 60, "allowance_measure": "connected"}),
        voice(allowances=[EVERY]),
        voice(allowances=[{"code": "one", "amount": 1}, {"code": "two", "amount": 2}]),
        voice(allowances=[{"code": "one", "amount": 1}], allowance_order="priority"),
    ],
)
def test_what_is_written_is_what_was_read(plain: dict[str, Any]) -> None:
    assert tariff_to_plain(tariff_from_plain(plain)) == plain


def test_one_allowance_is_a_list_of_one() -> None:
    tariff = tariff_from_plain(voice(allowance={"amount": 60}))

    assert tariff.sections["voice"].allowances == (Allowance(60, code="allowance"),)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"allowances": [{"amount": 1}]}, KeyMissing),
        ({"allowances": [{"code": "one"}]}, KeyMissing),
        ({"allowances": [{"code": "one", "amount": 1, "rolover_months": 1}]}, UnknownKey),
        ({"allowances": [{"code": "one", "amount": -1}]}, WrongValue),
        ({"allowances": [EVERY, EVERY]}, WrongValue),
        ({"allowances": [EVERY, {"code": "two", "amount": 1}]}, WrongValue),
        ({"allowances": [EVERY], "allowance": {"amount": 1}}, WrongValue),
        ({"allowances": [EVERY | {"shared_by": "family"}]}, WrongValue),
        ({"allowances": [EVERY | {"rollover_months": 37}]}, WrongValue),
        ({"allowances": [EVERY | {"destinations": "Poland"}]}, WrongValue),
        ({"allowances": [EVERY | {"destinations": ["Poland", "Poland"]}]}, WrongValue),
        ({"allowances": [EVERY | {"destinations": [48]}]}, WrongValue),
        ({"allowance_order": "cheapest"}, WrongValue),
    ],
)
def test_what_is_wrong_is_refused(facts: dict[str, Any], error: type[DomainError]) -> None:
    with pytest.raises(error):
        tariff_from_plain(voice(**facts))


def test_a_record_with_its_own_amount_has_no_allowances() -> None:
    with pytest.raises(WrongValue):
        tariff_from_plain(HEAD | {"content": {"record": True, "allowances": [EVERY]}})
