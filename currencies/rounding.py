"""Where amounts are rounded, and nowhere else.

Half-up (away from zero at one half) is the rule of invoices, tax and exchange; half-even is there
by policy (rule R90). A result of zero has no sign.
"""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache
from typing import Literal

from moneyed import Money

from currencies.money import money
from currencies.units import minor_unit

Rounding = Literal["half_up", "half_even"]

_CONTEXTS = {
    "half_up": Context(prec=100, rounding=ROUND_HALF_UP),
    "half_even": Context(prec=100, rounding=ROUND_HALF_EVEN),
}


def round_to(number: Decimal, places: int, mode: Rounding = "half_up") -> Decimal:
    """Round to a number of decimal places; negative places round to tens and hundreds."""
    rounded = number.quantize(_step(places), context=_CONTEXTS[mode])
    return rounded if rounded else rounded.copy_abs()


def round_fraction(number: Fraction, places: int, mode: Rounding = "half_up") -> Decimal:
    """Round a quotient that may have no end as a decimal, without an intermediate rounding."""
    return round_quotient(number.numerator, number.denominator, places, mode)


def round_quotient(dividend: int, divisor: int, places: int, mode: Rounding = "half_up") -> Decimal:
    """The same of a quotient of whole numbers; the divisor is above zero, the places not below."""
    whole, rest = divmod(abs(dividend) * 10**places, divisor)
    up = 2 * rest > divisor
    if 2 * rest == divisor:
        up = mode == "half_up" or whole % 2 == 1
    size = whole + up
    return Decimal(-size if dividend < 0 else size).scaleb(-places)


def to_minor_unit(amount: Money, mode: Rounding = "half_up", places: int | None = None) -> Money:
    """Round to what can be paid: the minor unit, or the scale that an agreement names."""
    code = amount.currency.code
    scale = minor_unit(code) if places is None else places
    return money(round_to(amount.amount, scale, mode), code)


def to_whole_unit(amount: Money, mode: Rounding = "half_up") -> Money:
    """Round to whole units of the currency, as some documents do with their total (rule R89).

    The result keeps the digits of the minor unit.
    """
    whole = round_to(amount.amount, 0, mode)
    return to_minor_unit(money(whole, amount.currency.code))


def is_payable(amount: Money, places: int | None = None) -> bool:
    """Whether the amount is a whole number of minor units."""
    scale = minor_unit(amount.currency.code) if places is None else places
    number = amount.amount
    return number.quantize(_step(scale), context=_CONTEXTS["half_up"]) == number


@cache
def _step(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)
