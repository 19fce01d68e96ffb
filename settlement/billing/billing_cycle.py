"""How often a customer is billed: after every month, or after so many months together."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from i18n.errors import Invalid
from settlement.periods.calendar import Month

# Those that fit into a year, so that a cycle ends with the same months every year.
LENGTHS: Final = (1, 2, 3, 4, 6, 12)


class BillingCycleUnusable(Invalid):
    """A billing cycle of {months} months that ends with month {closes} is not usable. Choose 1, 2,
    3, 4, 6 or 12 months, and a month from 1 to 12.
    """


@dataclass(frozen=True, slots=True)
class BillingCycle:
    """Of so many months; one of a year's cycles ends with the month `closes` (1 is January)."""

    months: int = 1
    closes: int = 12

    def ends_with(self, month: Month) -> bool:
        """Whether a customer is billed for this month, and with it for those before it."""
        return (month.starts_on.month - self.closes) % self.months == 0

    def begins_on(self, month: Month) -> dt.date:
        """The first day of the cycle in which a month lies."""
        back = (month.starts_on.month - self.closes - 1) % self.months
        years, number = divmod(month.starts_on.month - 1 - back, 12)
        return dt.date(month.starts_on.year + years, number + 1, 1)


def checked_cycle(cycle: BillingCycle) -> BillingCycle:
    """The cycle as it may be kept. Raises BillingCycleUnusable."""
    if cycle.months not in LENGTHS or cycle.closes not in range(1, 13):
        raise BillingCycleUnusable(months=cycle.months, closes=cycle.closes)
    return cycle
