"""Interest on a late payment, across changes of the rate and of what is owed (rule R109).

A day bears interest when it lies after the due date, up to and including the day of payment. What
is disputed bears none. Each stretch of days with one principal and one rate is

    principal x rate x days / 365        (360 by the policy day_count: act_360)

and the sum of all stretches is rounded once: 1,000.00 for 31 days at 11.25 % and 29 days at 10.75 %
is 9.5548 + 8.5411 = 18.10, where rounding each stretch would give 18.09.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from currencies.money import Money, money
from currencies.rounding import round_fraction
from currencies.units import minor_unit
from i18n.errors import Conflict

ONE_DAY = dt.timedelta(days=1)
YEARS: Mapping[str, int] = {"act_365": 365, "act_360": 360}


class NoInterestRate(Conflict):
    """No rate of interest of {country} is known for {day}. Enter it, then charge interest."""


@dataclass(frozen=True, slots=True)
class RateFrom:
    """A yearly rate between 0 and 1, from its day until the next one."""

    valid_from: dt.date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Move:
    """A change of what is owed; it counts for the days after its own.

    What falls due moves up on its due date; a payment or a credit moves down on its day.
    """

    on: dt.date
    amount: Money


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days with one principal and one rate, the first and the last included."""

    starts_on: dt.date
    last_on: dt.date
    principal: Money
    rate: Decimal

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last_on - self.starts_on).days + 1

    def interest(self, day_count: str) -> Fraction:
        """The exact interest of the stretch."""
        factors = Fraction(self.principal.amount) * Fraction(self.rate)
        return factors * self.days / YEARS[day_count]


def stretches(
    moves: Sequence[Move],
    disputed: Money,
    rates: Sequence[RateFrom],
    until: dt.date,
    country: str,
) -> list[Stretch]:
    """The days up to and including `until` that bear interest. Raises NoInterestRate."""
    turns = {move.on for move in moves} | {rate.valid_from - ONE_DAY for rate in rates} | {until}
    days = sorted(turn for turn in turns if turn <= until)
    found = []
    for before, last in zip(days, days[1:], strict=False):
        owed = sum((m.amount.amount for m in moves if m.on <= before), Decimal(0))
        principal = owed - disputed.amount
        if principal > 0:
            code = str(disputed.currency.code)
            rate = _rate_on(rates, before + ONE_DAY, country)
            found.append(Stretch(before + ONE_DAY, last, money(principal, code), rate))
    return found


def interest_of(found: Iterable[Stretch], currency: str, day_count: str) -> Money:
    """The interest of all stretches, rounded once."""
    exact = sum((each.interest(day_count) for each in found), Fraction(0))
    return money(round_fraction(exact, minor_unit(currency)), currency)


def _rate_on(rates: Sequence[RateFrom], day: dt.date, country: str) -> Decimal:
    valid = [each for each in rates if each.valid_from <= day]
    if not valid:
        raise NoInterestRate(country=country, day=day)
    return max(valid, key=lambda each: each.valid_from).rate
