"""Tiers as steps, to be drawn: each with its bounds, its price and how high it stands."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from settlement.catalogue.tiers import Tiers

# A package has no end of steps; so many are shown.
PACKAGES_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Step:
    """Units of the month above one bound and up to another, None where there is none.

    `price` is for what the section is priced by, of packages for all that were started; `height`
    is its part of the highest.
    """

    above: int
    up_to: int | None
    price: Decimal
    height: Decimal


def tier_picture(tiers: Tiers) -> tuple[Step, ...]:
    """The steps from left to right."""
    if tiers.kind == "package":
        size, price = tiers.size or 1, tiers.steps[0].price
        numbers = range(1, PACKAGES_SHOWN + 1)
        bounds: list[int | None] = [number * size for number in numbers]
        prices = [number * price for number in numbers]
    else:
        bounds = [step.up_to for step in tiers.steps]
        prices = [step.price for step in tiers.steps]
    begins = [0, *(bound or 0 for bound in bounds[:-1])]
    # Where all is free, all stands on the ground.
    highest = max(prices) or Decimal(1)
    return tuple(
        Step(above, up_to, price, price / highest)
        for above, up_to, price in zip(begins, bounds, prices, strict=True)
    )
