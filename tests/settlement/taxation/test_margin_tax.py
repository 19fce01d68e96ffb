"""The tax on a margin is inside of it (VAT directive, art. 315)."""

from decimal import Decimal

import pytest

from currencies.money import money, shown
from settlement.taxation.margin_tax import tax_on_margin


@pytest.mark.parametrize(
    ("sold", "cost", "rate", "tax"),
    [
        # 400.00 / 1.23 = 325.2033 -> 325.20.
        ("1000.00", "600.00", "0.23", "74.80"),
        # 100.00 / 1.19 = 84.0336 -> 84.03.
        ("350.00", "250.00", "0.19", "15.97"),
        ("0.01", "0.00", "0.23", "0.00"),
        ("600.00", "600.00", "0.23", "0.00"),
        ("500.00", "600.00", "0.23", "0.00"),
        ("1000.00", "600.00", "0", "0.00"),
    ],
)
def test_the_tax_is_that_inside_of_the_margin(sold, cost, rate, tax):
    found = tax_on_margin(money(f"{sold} EUR"), money(f"{cost} EUR"), Decimal(rate))

    assert shown(found) == f"{tax} EUR"
