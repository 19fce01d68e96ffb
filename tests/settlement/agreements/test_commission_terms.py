"""Terms of commissions are read strictly."""

from typing import Any

import pytest

from i18n.errors import Invalid
from settlement.agreements.commission_terms import (
    DeductionNeedsRate,
    NoCommission,
    ProductRatedTwice,
    RatesOverWhole,
    commission_terms_from_plain,
)
from settlement.catalogue.plain_values import UnknownKey, WrongValue

GENERAL = {"levels": ["0.10", "0.05"]}


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ({}, NoCommission),
        ({"deductions": [{"name": "VAT", "rate": "0.23", "vat": True}]}, NoCommission),
        ({"rates": [{"levels": ["0.60", "0.41"]}]}, RatesOverWhole),
        ({"rates": [{"levels": []}]}, WrongValue),
        ({"rates": [{"levels": ["-0.10"]}]}, WrongValue),
        ({"rates": [{"levels": ["0.01"] * 21}]}, WrongValue),
        ({"rates": [{"levels": [0.1]}]}, WrongValue),
        ({"rates": [GENERAL, GENERAL]}, ProductRatedTwice),
        ({"rates": [GENERAL | {"products": ["a"]}, GENERAL | {"products": ["b", "a"]}]},
         ProductRatedTwice),
        ({"rates": [GENERAL], "deductions": [{"name": "fee", "amount": "0.05"}]},
         DeductionNeedsRate),
        ({"rates": [GENERAL], "deductions": [{"name": "cost", "from": "interconnect_cost"}]},
         DeductionNeedsRate),
        ({"per_contract": ["20.00"], "clawback_months": -1}, WrongValue),
        ({"rates": [GENERAL], "owner": "operator"}, UnknownKey),
    ],
)  # fmt: skip
def test_what_cannot_be_paid_by_is_refused(terms: dict[str, Any], error: type[Invalid]) -> None:
    with pytest.raises(error):
        commission_terms_from_plain(terms, "network")


def test_a_rate_for_a_product_goes_before_the_one_for_all() -> None:
    terms = commission_terms_from_plain(
        {"rates": [GENERAL, {"products": ["song"], "levels": ["0.20"]}]}, "network"
    )

    assert [str(each) for each in terms.levels_of("song")] == ["0.20"]
    assert [str(each) for each in terms.levels_of("film")] == ["0.10", "0.05"]
