"""Minimum guarantees, advances, and claims that are served in steps (rule R46)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from currencies.allocation import allocate
from currencies.money import Money, money, total


def top_up(guarantee: Money, earned: Money, *, is_final_run: bool) -> Money:
    """What is added to reach the guarantee: in its own period, and on its final run only.

    Earned is net of refunds and may be negative; the guarantee is still reached.
    """
    missing = guarantee - earned
    if is_final_run and missing.amount > 0:
        return missing
    return money(0, guarantee.currency.code)


def recouped(earned_so_far: Money, advance: Money) -> Money:
    """What has to be paid so far when an advance is taken back from earnings first."""
    above = earned_so_far - advance
    return above if above.amount > 0 else money(0, advance.currency.code)


def serve_claims(
    received: Money, claims: Sequence[Money], step: Literal["ratio", "fixed"] = "ratio"
) -> list[Money]:
    """Pay claims out of what was received, and last what goes on to the next step.

    `ratio` pays in proportion to the claims, `fixed` the same to each until its claim is met.
    6 received for claims of 5 and 10 is 2 and 4, or 3 and 3; 12 is 4 and 8, or 5 and 7.
    """
    code = received.currency.code
    claimed = total(claims, code)
    served = min(received, claimed)
    goes_on = received - served
    if not served.amount:
        return [*(money(0, code) for _ in claims), goes_on]
    if step == "ratio":
        paid = allocate(served, [claim.amount for claim in claims])
    else:
        paid = _equally(served, claims)
    return [*paid, goes_on]


def _equally(served: Money, claims: Sequence[Money]) -> list[Money]:
    """The same to each claim that is not met by it; a unit that cannot be halved to the first."""
    left, open_claims = served, list(range(len(claims)))
    paid = [money(0, served.currency.code) for _ in claims]
    while open_claims:
        each = Fraction(left.amount) / len(open_claims)
        met = [number for number in open_claims if Fraction(claims[number].amount) <= each]
        if not met:
            parts = allocate(left, [Decimal(1)] * len(open_claims))
            for number, part in zip(open_claims, parts, strict=True):
                paid[number] = part
            break
        for number in met:
            paid[number] = claims[number]
            left = left - claims[number]
            open_claims.remove(number)
    return paid
