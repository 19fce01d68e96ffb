"""Usage as promotions see it: lines in cents, and what of them falls on days."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.commercial.days import cents, days_of
from tests.reference.commercial.fees import Month

# What a line cost on each day, exactly.
ByDay = dict[date, Fraction]


@dataclass
class Used:
    """All lines of one kind and product; each is rounded by itself."""

    fee: dict[str, Any]
    month: Month
    by_line: list[ByDay]

    @property
    def lines(self) -> list[tuple[str, int]]:
        """Product and cents of each line."""
        sums = [sum(days.values(), Fraction(0)) for days in self.by_line]
        return [(self.fee["product"], cents(amount)) for amount in sums]

    def on(self, days: set[date]) -> int:
        """What of them falls on days, rounded once; never more than the lines."""
        whole = sum(amount for _, amount in self.lines)
        if days >= set(days_of(*self.month)):
            return whole
        some = (each[day] for each in self.by_line for day in each.keys() & days)
        return min(cents(sum(some, Fraction(0))), whole)
