"""Exact parts of money: fractions until the one place where they become payable."""

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from math import lcm

from currencies.allocation import allocate
from currencies.money import Money, money
from currencies.rounding import round_to
from currencies.units import minor_unit

# A quotient differs from the nearest half unit by far more than its 90th digit.
_QUOTIENT = Context(prec=90)


def exact(amount: Money) -> Fraction:
    """The amount as a fraction, to be computed with and made `payable` later."""
    return Fraction(amount.amount)


def payable(amount: Fraction, currency: str) -> Money:
    """Round a fraction half-up (away from zero) to the minor unit of its currency."""
    quotient = _QUOTIENT.divide(Decimal(amount.numerator), Decimal(amount.denominator))
    return money(round_to(quotient, minor_unit(currency)), currency)


def split_by(total: Money, parts: Sequence[Fraction]) -> list[Money]:
    """Split by largest remainder in proportion to fractions of zero or more; nothing by nothing."""
    whole = sum(parts, Fraction(0))
    if not whole:
        assert not total.amount, f"{total} has nobody to go to"
        return [money(0, total.currency.code) for _ in parts]
    common = lcm(*(part.denominator for part in parts))
    return allocate(total, [Decimal(int(part * common)) for part in parts])
