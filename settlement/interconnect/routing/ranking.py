"""Rank the routes to a prefix: the cheapest first, of those that are good enough.

At one price the better answered route comes first, then the one with the longer calls, then the
trunk by its name. What is not known of a route does not shut it out; it ranks behind what is known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from uuid import UUID

from settlement.interconnect.routing.quality import Quality


@dataclass(frozen=True, slots=True)
class Policy:
    """How many routes a prefix has, and what is too bad: percent answered, seconds of a call."""

    routes: int = 3
    minimum_asr: Decimal | None = None
    minimum_acd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What a minute to a prefix costs by a trunk, exactly, in the currency of the comparison."""

    prefix: str
    trunk: str
    agreement_id: UUID
    destination: str
    price: Fraction
    quality: Quality | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A quote with its rank among those of its prefix, from 1."""

    rank: int
    quote: Quote


def ranked(quotes: Iterable[Quote], policy: Policy) -> Iterator[Ranked]:
    """The routes of each prefix that the policy keeps, by prefix and rank."""
    kept = (quote for quote in quotes if is_good_enough(quote, policy))
    for _, of_prefix in groupby(sorted(kept, key=_order), key=lambda quote: quote.prefix):
        best = list(of_prefix)[: policy.routes]
        yield from (Ranked(rank, quote) for rank, quote in enumerate(best, start=1))


def is_good_enough(quote: Quote, policy: Policy) -> bool:
    """Whether nothing that is known of a route is below what the policy asks."""
    if quote.quality is None:
        return True
    asr_is_low = _is_below(quote.quality.asr, policy.minimum_asr)
    return not asr_is_low and not _is_below(quote.quality.acd, policy.minimum_acd)


def _is_below(known: Fraction | None, least: Decimal | None) -> bool:
    return known is not None and least is not None and known < Fraction(least)


def _order(quote: Quote) -> tuple[str, Fraction, Fraction | int, Fraction | int, str]:
    if quote.quality is None:
        return quote.prefix, quote.price, 0, 0, quote.trunk
    asr, acd = quote.quality.asr, quote.quality.acd
    return quote.prefix, quote.price, -(asr or 0), -(acd or 0), quote.trunk
