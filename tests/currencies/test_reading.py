"""Money as documents show it, with the digits of its own currency."""

import pytest

from currencies.money import money
from currencies.reading import in_words, with_code, with_symbol


@pytest.mark.parametrize(
    ("amount", "locale", "symbol", "code", "words"),
    [
        ("12447.6 PLN", "pl", "12 447,60 zł", "12 447,60 PLN", None),
        ("100 PLN", "pl", "100,00 zł", "100,00 PLN", "sto złotych zero groszy"),
        ("100 JPY", "ru", "100 ¥", "100 JPY", "сто иен"),
        ("1.5 KWD", "en", "1.500 KWD", "1.500 KWD", "one Kuwaiti dinar 500/1000"),
        ("2 XDR", "en", "2.00 XDR", "2.00 XDR", "two SDR 00/100"),
    ],
)
def test_an_amount_is_read_in_three_ways(amount, locale, symbol, code, words):
    value = money(amount)

    assert with_symbol(value, locale).replace("\N{NO-BREAK SPACE}", " ") == symbol
    assert with_code(value, locale).replace("\N{NO-BREAK SPACE}", " ") == code
    assert words is None or in_words(value, locale) == words


def test_an_amount_that_was_not_rounded_is_not_read():
    with pytest.raises(AssertionError, match="round 0.005 EUR"):
        with_symbol(money("0.005 EUR"), "en")
