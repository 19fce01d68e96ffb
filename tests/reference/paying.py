"""What of a share is paid out as customers pay, and what is given back when a debt is given up.

Whole numbers of minor units and fractions only; none of the product's code. A person who pays a
share out in parts keeps one figure, what was paid out up to now, and looks only at that.
"""

from fractions import Fraction
from math import floor


def released(share: int, owed: int, payments: list[int]) -> list[int]:
    """What each payment of an invoice releases of a share; a bounced payment is below zero."""
    paid = given = 0
    found = []
    for payment in payments:
        paid += payment
        part = Fraction(min(max(paid, 0), owed), owed) if owed > 0 else Fraction(1)
        found.append(whole(share * part) - given)
        given += found[-1]
    return found


def given_back(stored: list[int], losses: list[int]) -> list[list[int]]:
    """What each payee gives back for each loss, by the shares that were stored."""
    lost = 0
    before = [0 for _ in stored]
    found = []
    for loss in losses:
        lost += loss
        now = shared_by(lost, stored)
        found.append([after - earlier for after, earlier in zip(now, before, strict=True)])
        before = now
    return found


def shared_by(units: int, weights: list[int]) -> list[int]:
    """Whole units by weight, one unit at a time to whoever lacks most; ties by order."""
    exact = [Fraction(units * weight, sum(weights)) for weight in weights]
    given = [int(each) for each in exact]
    while sum(given) < units:
        lacking = [each - had for each, had in zip(exact, given, strict=True)]
        given[lacking.index(max(lacking))] += 1
    return given


def whole(amount: Fraction) -> int:
    """To the nearest whole; one half away from zero."""
    size = floor(abs(amount) + Fraction(1, 2))
    return size if amount >= 0 else -size
