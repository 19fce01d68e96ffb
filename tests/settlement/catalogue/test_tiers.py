"""Tiers are read strictly, each kind with its own keys, and written as they were read."""

from typing import Any

import pytest

from i18n.errors import DomainError
from settlement.catalogue.plain_values import KeyMissing, UnknownKey, WrongValue
from settlement.catalogue.tiers import TiersOutOfOrder, tiers_from_plain, tiers_to_plain

STEPS = [{"up_to": 100, "price": "0.1"}, {"price": "0.05"}]


@pytest.mark.parametrize(
    "plain",
    [
        {"kind": "graduated", "steps": STEPS},
        {"kind": "volume", "steps": STEPS},
        {"kind": "package", "size": 100, "price": "5"},
        {"kind": "commitment", "units": 1000, "price": "0.05", "overage": "0.08"},
        {
            "kind": "commitment",
            "units": 1000,
            "price": "0.05",
            "overage": "0.08",
            "part_of_month": "whole",
        },
    ],
)
def test_what_is_written_is_what_was_read(plain: dict[str, Any]) -> None:
    assert tiers_to_plain(tiers_from_plain(plain, "here")) == plain


@pytest.mark.parametrize(
    ("plain", "error"),
    [
        ({"kind": "stairs", "steps": STEPS}, WrongValue),
        ({"kind": "volume", "size": 5, "price": "1"}, UnknownKey),
        ({"kind": "package", "size": 0, "price": "5"}, WrongValue),
        ({"kind": "package", "price": "5"}, KeyMissing),
        ({"kind": "package", "size": 100, "price": "5", "steps": STEPS}, UnknownKey),
        ({"kind": "commitment", "units": 10, "price": "1"}, KeyMissing),
        ({"kind": "commitment", "units": 10, "price": "1", "overage": "1,5"}, WrongValue),
        ({"steps": [*STEPS, {"price": "1"}]}, TiersOutOfOrder),
    ],
)
def test_what_is_wrong_is_refused(plain: dict[str, Any], error: type[DomainError]) -> None:
    with pytest.raises(error):
        tiers_from_plain(plain, "here")
