"""Figures as they stand in columns: the decimal signs of a column one below the other.

In the embedded fonts every digit has one width, and a no-break space and the decimal sign have
half of it. So the decimals that a figure lacks are made up with no-break spaces, two for a digit.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from moneyed import Money

from currencies.money import plain
from currencies.units import minor_unit
from i18n.formats import NARROW_SPACE, amount_code_text, number_text


def figure(amount: Money, locale: str) -> str:
    """An amount without its currency, for a column that names it in its heading."""
    return number_text(amount.amount, locale, minor_unit(amount.currency.code))


def coded(amount: Money, locale: str) -> str:
    """An amount with the code of its currency."""
    code = amount.currency.code
    return amount_code_text(amount.amount, code, minor_unit(code), locale)


def decimals(number: Decimal) -> int:
    """How many decimals a number is written with."""
    return len(plain(number).partition(".")[2])


def column_digits(amounts: Iterable[Decimal], currency: str) -> int:
    """How many decimals a column of exact amounts needs, so that their points stand in line."""
    return max((minor_unit(currency), *(decimals(amount) for amount in amounts)))


def in_line(numbers: Sequence[Decimal], locale: str) -> list[str]:
    """Numbers with the decimals each has, made as wide on the right as the widest."""
    places = [decimals(number) for number in numbers]
    widest = max(places, default=0)
    return [in_column(number, locale, 0, widest) for number in numbers]


def in_column(number: Decimal, locale: str, least: int, widest: int) -> str:
    """A number with the decimals it has, `least` at least, made as wide as one with `widest`."""
    count = max(least, decimals(number))
    return number_text(number, locale, count) + NARROW_SPACE * _missing(count, widest)


def _missing(count: int, widest: int) -> int:
    """Half digits between a number of `count` decimals and one of `widest`; the sign is one."""
    sign = 1 if widest and not count else 0
    return 2 * (widest - count) + sign
