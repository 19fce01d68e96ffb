"""Tax by fractions and whole minor units, written from rules R81-R83, R89 and R90 alone.

Amounts are integers of the minor unit, rates are fractions. Nothing here is a decimal, so no
mistake of decimal arithmetic can hide in both places.
"""

from collections.abc import Sequence
from fractions import Fraction


def half_up(amount: Fraction) -> int:
    """The nearest whole, a half away from zero (R90)."""
    size = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return -size if amount < 0 else size


def tax_of(lines: Sequence[tuple[int, Fraction]], per: str) -> int:
    """The tax of net amounts with their rates, rounded per document and rate, or per line (R82)."""
    if per == "line":
        return sum(half_up(net * rate) for net, rate in lines)
    rates = {rate for _, rate in lines}
    return sum(half_up(sum(net for net, of in lines if of == rate) * rate) for rate in rates)


def inside(gross: int, rate: Fraction, policy: str) -> int:
    """The tax inside a price: what the rounded net leaves, or the rounded tax itself (R83)."""
    net = gross / (1 + rate)
    return gross - half_up(net) if policy == "net_rounded" else half_up(gross - net)


def credit_taxes(credits: Sequence[int], rate: Fraction) -> list[int]:
    """The tax of each of several credits of one rate: all so far, less what was given (R81)."""
    given, so_far, taxes = 0, 0, []
    for net in credits:
        so_far += net
        taxes.append(half_up(so_far * rate) - given)
        given += taxes[-1]
    return taxes


def paid_after_withholding(net: int, tax: int, rate: Fraction, to_whole_units: bool) -> int:
    """What is paid of a document after tax withheld from its net, in hundredths; its total is
    rounded half up to whole units first where the policy says so (R89).
    """
    total = net + tax
    if to_whole_units:
        total = 100 * half_up(Fraction(total, 100))
    return total - half_up(net * rate)
