"""A limit on what a carrier may owe, and which percents of it are reached.

What a carrier owes is what it was declared and has not settled, what was accrued and is not yet
declared, and what is rated in the months that are still open; in the limit's currency.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from i18n.errors import Invalid

DEFAULT_PERCENTS: Final = (50, 80)
LARGEST_PERCENT: Final = 1000
FULL: Final = 100


class CreditLimitUnclear(Invalid):
    """This credit limit cannot be kept. Give an amount above zero, and percents above zero that
    rise.
    """


@dataclass(frozen=True, slots=True)
class CreditLimit:
    """What a carrier may owe in a currency; at `percents` of it, and at 100, somebody is told.

    At 100 its incoming trunks are blocked. What is secured, by guarantees that hold and by
    deposits, it may owe as well.
    """

    id: UUID
    carrier_id: UUID
    amount: Decimal
    currency: str
    percents: tuple[int, ...]

    def __post_init__(self) -> None:
        rising = list(self.percents) == sorted(set(self.percents))
        possible = all(0 < each <= LARGEST_PERCENT for each in self.percents)
        if not (self.amount > 0 and rising and possible):
            raise CreditLimitUnclear

    def reached(self, owed: Decimal, secured: Decimal = Decimal(0)) -> tuple[int, ...]:
        """The percents that an amount owed is at or above, the lowest first."""
        told = sorted({*self.percents, FULL})
        return tuple(each for each in told if owed * 100 >= (self.amount + secured) * each)
