"""A chain of contracts: each takes its part of what the one before passed on (rule R44).

With `chain_rounding` cascade each contract settles whole minor units and passes on the rest; with
leaves the ends of the chain are split at once, by largest remainder (see waterfall).
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from currencies.money import Money
from settlement.sharing.parts import exact, payable


def run_chain(amount: Money, rates: Sequence[Decimal]) -> list[Money]:
    """One amount for each rate, and last what nobody took; they add up to the amount."""
    left, taken = amount, []
    for rate in rates:
        part = payable(exact(left) * Fraction(rate), amount.currency.code)
        taken.append(part)
        left = left - part
    return [*taken, left]
