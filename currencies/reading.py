"""Money as a reader sees it: the digits of its currency, the signs and words of the language."""

from decimal import Decimal

from moneyed import Money

from currencies.money import amount_text
from currencies.units import minor_unit
from i18n import formats, words


def with_symbol(amount: Money, locale: str) -> str:
    """`12 447,60 zł`: for documents in one currency. The amount has been rounded."""
    return formats.amount_text(*_parts(amount), locale)


def with_code(amount: Money, locale: str) -> str:
    """`12 447,60 PLN`: where several currencies stand side by side. It has been rounded."""
    return formats.amount_code_text(*_parts(amount), locale)


def in_words(amount: Money, locale: str) -> str:
    """`sto złotych zero groszy`: the amount due, spelt. It has been rounded."""
    return words.amount_in_words(*_parts(amount), locale)


def _parts(amount: Money) -> tuple[Decimal, str, int]:
    code = amount.currency.code
    return Decimal(amount_text(amount)), code, minor_unit(code)
