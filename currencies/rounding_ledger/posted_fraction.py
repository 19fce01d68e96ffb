"""A fraction that a document or a conversion made or lost, posted once with what it was of.

    fraction = exact - posted

It is kept as a whole numerator over a denominator, because a rate may have no end as a decimal. An
amount that came out even has no fraction. What takes something back posts the fraction with the
other sign, so what was rounded up on the way out is not kept when all of it has come back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

from currencies.conversion import Converted

# What an amount was when it was rounded.
TAX: Final = "tax"
TAX_INSIDE: Final = "tax_inside"
TAX_LOCAL: Final = "tax_local"
WITHHOLDING: Final = "withholding"
TIE: Final = "tie"
TOTAL: Final = "total"
FX: Final = "fx"
RELEASE: Final = "release"

# What posts fractions.
DOCUMENT: Final = "document"
OFFSET: Final = "offset"
FX_SETTLEMENT: Final = "fx_settlement"


@dataclass(frozen=True, slots=True)
class Rounded:
    """An amount before and after its rounding; `what` tells it from others of the same cause."""

    cause: str
    what: str
    currency: str
    exact: Fraction
    posted: Decimal

    @property
    def fraction(self) -> Fraction:
        """Exact less posted."""
        return self.exact - Fraction(self.posted)

    def taken_back(self) -> "Rounded":
        """The same with the other sign."""
        posted = self.posted.copy_negate() if self.posted else self.posted
        return Rounded(self.cause, self.what, self.currency, -self.exact, posted)


@dataclass(frozen=True, slots=True)
class PostedFraction:
    """A rounded amount, and what posted it."""

    source_type: str
    source_id: UUID
    rounded: Rounded


def with_a_fraction(
    found: Iterable[PostedFraction],
) -> Iterator[tuple[PostedFraction, Fraction]]:
    """Those that did not come out even, each with its fraction."""
    fractions = ((each, each.rounded.fraction) for each in found)
    return (pair for pair in fractions if pair[1])


def of_conversion(what: str, converted: Converted) -> Rounded:
    """What a conversion rounded: the original at its rates, and the amount that stands."""
    exact = Fraction(converted.original.amount) * converted.factor
    amount = converted.amount
    return Rounded(FX, what, str(amount.currency.code), exact, amount.amount)
