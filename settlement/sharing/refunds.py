"""Refunds and part payments: what has to be shared so far, less what was (rules R41, R47).

Shares follow the *stored* split, even if the agreement has changed since.
"""

from collections.abc import Sequence
from fractions import Fraction

from currencies.allocation import allocate
from currencies.money import Money, total
from settlement.sharing.parts import exact, payable


def refunded_shares(stored: Sequence[Money], refunded_so_far: Money, refund: Money) -> list[Money]:
    """What each payee gives back for a further refund, as positive amounts.

    All refunds of an event together take back exactly what was shared, in any pieces.
    """
    before = _split(stored, refunded_so_far)
    after = _split(stored, refunded_so_far + refund)
    return [later - earlier for earlier, later in zip(before, after, strict=True)]


def paid_part(owed: Fraction, paid: Fraction) -> Fraction:
    """Which part of what customers owe they have paid, from 0 to 1; all where nothing is owed."""
    if owed <= 0:
        return Fraction(1)
    return min(max(paid / owed, Fraction(0)), Fraction(1))


def released_share(share: Money, part: Fraction) -> Money:
    """How much of a share is payable when customers have paid a part of what it is of.

    Over-payment releases no more than the share; a payment that bounced takes back.
    """
    return payable(exact(share) * part, share.currency.code)


def _split(stored: Sequence[Money], refunded: Money) -> list[Money]:
    """A part of what is stored, in its proportions; they add up to the part."""
    amounts = [part.amount for part in stored]
    if min(amounts) >= 0 or max(amounts) <= 0:
        return allocate(refunded, [abs(amount) for amount in amounts])
    # A step that adds to the revenue, like a list price above the price paid, has the other sign.
    code = refunded.currency.code
    part = exact(refunded) / exact(total(stored, code))
    *first, last = stored
    parts = [payable(exact(amount) * part, code) for amount in first]
    return [*parts, refunded - total(parts, code)]
