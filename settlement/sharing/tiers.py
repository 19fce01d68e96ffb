"""A share that depends on how much was earned: graduated or retroactive (rule R45).

A statement pays the share of the base so far less what was paid so far; so refunds lower the base
of their tier period, and no order of statements changes the sum. A bound belongs to the lower tier.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from currencies.money import Money
from settlement.agreements.share_parts import ShareTier, TierKind
from settlement.sharing.parts import exact, payable


def tiered_share(
    base_so_far: Money,
    tiers: Sequence[ShareTier],
    tier_kind: TierKind = "graduated",
) -> Money:
    """The share of everything earned so far in the tier period; the last tier has no bound."""
    share = exact_tiered_share(base_so_far, tiers, tier_kind)
    return payable(share, base_so_far.currency.code)


def exact_tiered_share(
    base_so_far: Money, tiers: Sequence[ShareTier], tier_kind: TierKind = "graduated"
) -> Fraction:
    """The same before it is rounded."""
    assert tiers and tiers[-1].up_to is None, "the last tier has no bound"
    base = abs(exact(base_so_far))
    share = _graduated(base, tiers) if tier_kind == "graduated" else _retroactive(base, tiers)
    return share if base_so_far.amount >= 0 else -share


def reached(
    base: Money, tiers: Sequence[ShareTier], tier_kind: TierKind = "graduated"
) -> list[tuple[Decimal, Money, Money]]:
    """The tiers that a base reaches: the rate, what of the base it applies to, what it comes to."""
    if tier_kind == "retroactive":
        rate = _tier_of(abs(exact(base)), tiers).rate
        return [(rate, base, tiered_share(base, tiers, tier_kind))]
    sign = -1 if base.amount < 0 else 1
    code = base.currency.code
    return [
        (rate, payable(sign * part, code), payable(sign * part * Fraction(rate), code))
        for rate, part in _slices(abs(exact(base)), tiers)
    ]


def _graduated(base: Fraction, tiers: Sequence[ShareTier]) -> Fraction:
    return sum((part * Fraction(rate) for rate, part in _slices(base, tiers)), Fraction(0))


def _slices(base: Fraction, tiers: Sequence[ShareTier]) -> Iterator[tuple[Decimal, Fraction]]:
    """What of a base lies in each tier that it reaches, with the rate there."""
    lower = Fraction(0)
    for tier in tiers:
        upper = base if tier.up_to is None else min(base, Fraction(tier.up_to))
        if upper <= lower:
            return
        yield tier.rate, upper - lower
        lower = upper


def _retroactive(base: Fraction, tiers: Sequence[ShareTier]) -> Fraction:
    return base * Fraction(_tier_of(base, tiers).rate)


def _tier_of(base: Fraction, tiers: Sequence[ShareTier]) -> ShareTier:
    return next(tier for tier in tiers if tier.up_to is None or base <= tier.up_to)
