"""Each currency is counted in its own minor unit."""

from datetime import date

import pytest

from currencies.units import CODES, UnknownCurrency, is_current, is_known, minor_unit


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("EUR", 2),
        ("PLN", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("KWD", 3),
        ("BHD", 3),
        ("HUF", 2),
        ("CLP", 0),
        ("CLF", 4),
        ("XDR", 2),
        ("BGN", 2),
        ("HRK", 2),
        ("ANG", 2),
        ("XCG", 2),
    ],
)
def test_the_minor_unit_of_a_currency(code, places):
    assert minor_unit(code) == places


@pytest.mark.parametrize("code", ["XAU", "XXX", "XTS", "XBA", "ZZZ", "eur", ""])
def test_nobody_is_paid_in_metal_or_test_codes(code):
    assert not is_known(code)
    with pytest.raises(UnknownCurrency, match="is unknown. Use a code of ISO 4217"):
        minor_unit(code)


def test_a_withdrawn_currency_is_known_but_not_current():
    assert is_known("BGN")
    assert is_current("BGN", date(2025, 12, 31))
    assert not is_current("BGN", date(2026, 1, 1))
    assert is_current("EUR", date(2026, 1, 1))


def test_codes_are_listed_in_order():
    assert list(CODES) == sorted(set(CODES))
    assert {"EUR", "XDR", "BGN"} <= set(CODES)
