"""Convert an amount into another currency: from the original, at a dated rate, rounded once.

Three traps are closed by construction. A result remembers what it came from, and converting it
again starts from there, so nothing is lost on a round trip (rule R72). A cross rate is a product
of fractions that is never rounded in between (R76). A pair that the source does not quote is
crossed only through the pivot that the agreement names; where a rate is missing there is an error,
not a guess (R70).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from moneyed import Money

from currencies.fixing import Fixing
from currencies.fx_rate import FxRate, NoFxRate, RateTable, average
from currencies.money import money
from currencies.rounding import Rounding, round_fraction
from currencies.units import minor_unit
from i18n.errors import Conflict


class QuotedBothWays(Conflict):
    """{source} quotes {base} to {quote} in two ways in the month to {on}. Name the pivot."""


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in another currency, with the original and the rates that led to it."""

    amount: Money
    original: Money
    path: tuple[FxRate, ...]
    factor: Fraction

    def rate(self, places: int = 6) -> Decimal:
        """Price of one unit of the original currency, for documents; KSeF wants six places."""
        return round_fraction(self.factor, places)


def rate_path(
    base: str, quote: str, rates: RateTable, on: date, source: str, pivot: str | None = None
) -> tuple[FxRate, ...]:
    """The quoted rates that lead from one currency to the other; none if they are the same.

    The source's quote of the pair is preferred, in either direction; else two steps through the
    pivot. Raises NoFxRate.
    """
    if base == quote:
        return ()
    found = _quoted(base, quote, rates, on, source)
    if found is not None:
        return (found,)
    if pivot is None or pivot in (base, quote):
        raise NoFxRate(source=source, base=base, quote=quote, on=on.isoformat())
    return rate_path(base, pivot, rates, on, source) + rate_path(pivot, quote, rates, on, source)


def convert(
    amount: Money | Converted,
    quote: str,
    rates: RateTable,
    on: date,
    source: str,
    pivot: str | None = None,
    rounding: Rounding = "half_up",
    places: int | None = None,
) -> Converted:
    """Convert at the rates of one source and day. Raises NoFxRate or UnknownCurrency."""
    original = _original(amount)
    path = rate_path(original.currency.code, quote, rates, on, source, pivot)
    return convert_at(original, quote, path, rounding, places)


def convert_by(
    amount: Money | Converted,
    quote: str,
    rates: RateTable,
    fixing: Fixing,
    on: date,
    rounding: Rounding = "half_up",
) -> Converted:
    """Convert as the fixing of an agreement says, for something that happened on that day.

    Raises NoFxRate; of an average every business day of its month up to then has to be there.
    """
    original = _original(amount)
    path = fixed_path(original.currency.code, quote, rates, fixing, on)
    return convert_at(original, quote, path, rounding)


def fixed_path(
    base: str, quote: str, rates: RateTable, fixing: Fixing, on: date
) -> tuple[FxRate, ...]:
    """The rates that a fixing leads to, one or two, averaged where it says so. Raises NoFxRate."""
    day, source, pivot = fixing.rate_day(on), fixing.source, fixing.pivot
    if fixing.day != "period_average":
        return rate_path(base, quote, rates, day, source, pivot)
    paths = [
        rate_path(base, quote, rates, each, source, pivot) for each in fixing.averaged_days(on)
    ]
    if not paths:
        raise NoFxRate(source=source, base=base, quote=quote, on=on.isoformat())
    if len({tuple((leg.base, leg.quote) for leg in path) for path in paths}) > 1:
        raise QuotedBothWays(source=source, base=base, quote=quote, on=on.isoformat())
    return tuple(average(list(legs)) for legs in zip(*paths, strict=True))


def convert_at(
    amount: Money | Converted,
    quote: str,
    path: Sequence[FxRate],
    rounding: Rounding = "half_up",
    places: int | None = None,
) -> Converted:
    """Convert at given rates: a credit note uses those of the invoice it corrects (rule R75)."""
    original = _original(amount)
    factor = _factor(original.currency.code, quote, path)
    scale = minor_unit(quote) if places is None else places
    exact = Fraction(original.amount) * factor
    # An amount that stays in its currency is not rounded: it was not converted.
    result = money(round_fraction(exact, scale, rounding), quote) if path else original
    return Converted(result, original, tuple(path), factor)


def _original(amount: Money | Converted) -> Money:
    return amount.original if isinstance(amount, Converted) else amount


def _quoted(base: str, quote: str, rates: RateTable, on: date, source: str) -> FxRate | None:
    return rates.find(base, quote, on, source) or rates.find(quote, base, on, source)


def _factor(base: str, quote: str, path: Sequence[FxRate]) -> Fraction:
    factor, at = Fraction(1), base
    for rate in path:
        assert at in (rate.base, rate.quote), f"the rates lead on from {at}"
        if at == rate.base:
            factor, at = factor * rate.per_one, rate.quote
        else:
            factor, at = factor / rate.per_one, rate.base
    assert at == quote, f"the rates lead to {quote}"
    return factor
