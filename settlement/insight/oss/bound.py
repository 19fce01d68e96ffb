"""How near what was sold abroad is to the bound below which one piece of evidence is enough.

A seller of telecommunications may go by the billing address alone while what it sold to private
persons in other member states, without VAT, stays within 100,000 EUR in this calendar year and did
in the one before (Implementing Regulation 282/2011, art. 24b). Other currencies count at the rate
of the European Central Bank of the day on which that rule was adopted, 5 December 2017
(Implementing Regulation 2017/2459), so that the bound does not move with the exchange rate. What is
credited is taken off. From the document on that passes the bound the rule is another, also if a
credit follows.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from currencies.conversion import convert
from currencies.fx_rate import NoFxRate, RateTable
from currencies.money import EXACT, Money, money, total
from currencies.rounding import to_minor_unit
from settlement.insight.oss.oss import Supply

BOUND: Final = Decimal(100_000)
NEAR: Final = Decimal(80_000)
FIXED_ON: Final = dt.date(2017, 12, 5)
# More decimals than a cent, so that what many documents come to is rounded once.
PLACES: Final = 12


@dataclass(frozen=True, slots=True)
class YearAbroad:
    """What a calendar year came to in euro; `passed_by` is the document that passed the bound."""

    year: int
    turnover: Money
    passed_by: Supply | None


@dataclass(frozen=True, slots=True)
class Bound:
    """This year and the one before; `unmeasured` are sums in currencies without that rate."""

    this_year: YearAbroad
    year_before: YearAbroad
    unmeasured: tuple[Money, ...]

    @property
    def changes_on(self) -> dt.date | None:
        """From which day two pieces of evidence are needed; None while one is enough."""
        if self.year_before.passed_by is not None:
            return dt.date(self.this_year.year, 1, 1)
        passed_by = self.this_year.passed_by
        return None if passed_by is None else passed_by.day

    @property
    def is_near(self) -> bool:
        """Whether four fifths of the bound are reached, or it is passed."""
        is_near = bool(self.this_year.turnover.amount >= NEAR)
        return is_near or self.changes_on is not None


def measured(supplies: Iterable[Supply], rates: RateTable, year: int) -> Bound:
    """What a year and the one before it came to.

    Args:
        supplies: of both years, in the order of their days.
        rates: those of the European Central Bank of `FIXED_ON`.
    """
    sums = {year: Decimal(0), year - 1: Decimal(0)}
    passed: dict[int, Supply] = {}
    unmeasured: dict[str, Money] = {}
    for each in supplies:
        euro = _in_euro(each.taxable, rates)
        if euro is None:
            code = str(each.taxable.currency.code)
            unmeasured[code] = total(filter(None, [unmeasured.get(code), each.taxable]), code)
            continue
        sums[each.day.year] = EXACT.add(sums[each.day.year], euro)
        if sums[each.day.year] > BOUND:
            passed.setdefault(each.day.year, each)
    this, before_it = (
        YearAbroad(each, to_minor_unit(money(sums[each], "EUR")), passed.get(each))
        for each in (year, year - 1)
    )
    return Bound(this, before_it, tuple(unmeasured[code] for code in sorted(unmeasured)))


def _in_euro(amount: Money, rates: RateTable) -> Decimal | None:
    try:
        found = convert(amount, "EUR", rates, FIXED_ON, "ECB", places=PLACES).amount
    except NoFxRate:
        return None
    return Decimal(found.amount)
