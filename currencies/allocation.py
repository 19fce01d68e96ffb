"""Split an amount so that the parts add up to it, to the minor unit.

Two questions, two answers:

- *Who gets the odd cent?* `allocate` gives every part the whole minor units of its exact share
  and then hands out what is left, one unit each, to the largest remainders (rule R40). Equal
  remainders are served in the order in which the parts were given, which is the order written in
  the agreement. 6.45 at 30/70 is 1.935 and 4.515: 1.93 + 4.51 leaves one cent, both remainders are
  0.005, so the first gets it: 1.94 + 4.51.
- *How much by now?* `release` rounds what is due up to each point in time and subtracts what was
  due before (rules R36, R47). It never looks ahead, so a later change does not disturb what has
  been released.

Both mirror: the split of -x is minus the split of x (rule R41). Both work in whole numbers; no
context, no precision and no order of evaluation can change a result.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from moneyed import Money

from currencies.money import money, shown
from currencies.rounding import is_payable
from currencies.units import minor_unit
from i18n.errors import Invalid


class NothingToAllocateBy(Invalid):
    """The weights {weights} say nothing about who gets what. Give at least one above zero."""


class NegativeWeight(Invalid):
    """Weight {weight} is below zero. A part of an amount is zero or more."""


def allocate(total: Money, weights: Sequence[Decimal], places: int | None = None) -> list[Money]:
    """Split by largest remainder; one part per weight, in their order, adding up exactly.

    `places` is the scale an agreement names for a currency without a minor unit of its own.
    Raises NothingToAllocateBy or NegativeWeight.
    """
    shares = _fractions(weights)
    units = _units(total, places)
    exact = [abs(units) * share for share in shares]
    parts = [int(part) for part in exact]
    left = abs(units) - sum(parts)
    # sorted() is stable, so equal remainders keep the order of the agreement.
    by_remainder = sorted(range(len(parts)), key=lambda part: parts[part] - exact[part])
    for part in by_remainder[:left]:
        parts[part] += 1
    return _moneys(parts, units, total, places)


def release(total: Money, weights: Sequence[Decimal], places: int | None = None) -> list[Money]:
    """Split over time: each part is the rounded sum due so far less what was due before.

    10.00 over 1, 1 and 29 days of 31 is 0.32 + 0.33 + 9.35. Raises as `allocate` does.
    """
    units = _units(total, places)
    due, so_far = [0], Fraction(0)
    for share in _fractions(weights):
        so_far += share
        due.append(_half_up(abs(units) * so_far))
    parts = [later - earlier for earlier, later in pairwise(due)]
    return _moneys(parts, units, total, places)


def _fractions(weights: Sequence[Decimal]) -> list[Fraction]:
    exact = [Fraction(weight) for weight in weights]
    for weight in weights:
        if weight < 0:
            raise NegativeWeight(weight=weight)
    whole = sum(exact)
    if not whole:
        raise NothingToAllocateBy(weights=[str(weight) for weight in weights])
    return [weight / whole for weight in exact]


def _units(total: Money, places: int | None) -> int:
    assert is_payable(total, places), f"{shown(total)} is not a whole number of minor units"
    scale = minor_unit(total.currency.code) if places is None else places
    return int(total.amount.scaleb(scale))


def _half_up(number: Fraction) -> int:
    """Round a fraction of zero or more to the nearest whole, one half upwards."""
    return int(number + Fraction(1, 2))


def _moneys(parts: Sequence[int], units: int, total: Money, places: int | None) -> list[Money]:
    assert sum(parts) == abs(units), "the parts add up to the whole"
    code = total.currency.code
    scale = minor_unit(code) if places is None else places
    sign = -1 if units < 0 else 1
    return [money(Decimal(sign * part).scaleb(-scale), code) for part in parts]
