"""A share that depends on how much was earned: graduated or retroactive (rule R45).

A statement pays the share of the base so far less what was paid so far; so refunds lower the base
of their tier period, and no order of statements changes the sum. A bound belongs to the lower tier.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from currencies.money import Money
from settlement.agreements.sharing_terms import ShareTier
from settlement.sharing.parts import exact, payable


def tiered_share(
    base_so_far: Money,
    tiers: Sequence[ShareTier],
    tier_kind: Literal["graduated", "retroactive"] = "graduated",
) -> Money:
    """The share of everything earned so far in the tier period; the last tier has no bound."""
    assert tiers and tiers[-1].up_to is None, "the last tier has no bound"
    base = abs(exact(base_so_far))
    share = _graduated(base, tiers) if tier_kind == "graduated" else _retroactive(base, tiers)
    sign = -1 if base_so_far.amount < 0 else 1
    return payable(sign * share, base_so_far.currency.code)


def due_now(
    base_so_far: Money,
    paid_so_far: Money,
    tiers: Sequence[ShareTier],
    tier_kind: Literal["graduated", "retroactive"] = "graduated",
) -> Money:
    """What this statement pays; negative where refunds brought the base down."""
    return tiered_share(base_so_far, tiers, tier_kind) - paid_so_far


def _graduated(base: Fraction, tiers: Sequence[ShareTier]) -> Fraction:
    share = lower = Fraction(0)
    for tier in tiers:
        upper = base if tier.up_to is None else min(base, Fraction(tier.up_to))
        share += max(upper - lower, Fraction(0)) * Fraction(tier.rate)
        lower = max(lower, upper)
    return share


def _retroactive(base: Fraction, tiers: Sequence[ShareTier]) -> Fraction:
    reached = next(tier for tier in tiers if tier.up_to is None or base <= tier.up_to)
    return base * Fraction(reached.rate)
