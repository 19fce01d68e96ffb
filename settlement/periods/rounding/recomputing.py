"""Hold the rounding ledger against what facts give: charge lines, and the terms that split them.

What credits beside splits rounded is kept with them; `settlement.sharing.proving` computes it so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from currencies.units import minor_unit
from settlement.periods.rounding.rounding_entry import (
    CHARGE,
    SHARE_BY_EVENT,
    RoundingEntry,
    Split,
)
from settlement.sharing.crediting import SHARE

OF_FACTS: Final = (CHARGE, SHARE, SHARE_BY_EVENT)

NOT_OF_FACTS: Final = "is not what its charges or its terms give"
LEFT_OUT: Final = "is left out"
NOT_OF_TERMS: Final = "was not given by its terms"


class Fault(NamedTuple):
    """What is wrong with the rounding of an amount."""

    fault: str
    cause: str
    product: str
    rule: str
    what: str
    currency: str
    fraction: Fraction


def unlike(drawn: Iterable[RoundingEntry], anew: Iterable[RoundingEntry]) -> Iterator[Fault]:
    """Entries that facts do not give, and those that they give and that are not there."""
    kept = Counter(map(_fact, drawn))
    found = Counter(map(_fact, anew))
    for (entry, fraction), _ in sorted((kept - found).items(), key=repr):
        yield _fault(NOT_OF_FACTS, entry, fraction)
    for (entry, fraction), _ in sorted((found - kept).items(), key=repr):
        yield _fault(LEFT_OUT, entry, fraction)


def beyond_rounding(splits: Iterable[Split]) -> Iterator[Fault]:
    """Steps of splits as a whole that are further from their terms than rounding may bring them.

    Each step is rounded once, by less than a minor unit, and may bear what those before it rounded.
    """
    for split in splits:
        most = Fraction(len(split.steps), 10 ** minor_unit(split.currency))
        for step in split.steps:
            if split.cause == SHARE and abs(step.fraction) > most:
                yield Fault(
                    NOT_OF_TERMS,
                    split.cause,
                    split.product,
                    split.rule,
                    step.what,
                    split.currency,
                    step.fraction,
                )


def _fact(entry: RoundingEntry) -> tuple[tuple[object, ...], Fraction]:
    of = (entry.corrects_period_id, entry.terms_id, entry.posted)
    return (entry.cause, entry.product, entry.rule, entry.what, entry.currency, *of), entry.fraction


def _fault(fault: str, entry: tuple[object, ...], fraction: Fraction) -> Fault:
    cause, product, rule, what, currency = map(str, entry[:5])
    return Fault(fault, cause, product, rule, what, currency, fraction)
