"""An exchange rate with where it comes from, and a table of them with history.

A rate says that `unit` pieces of the base currency cost `rate` pieces of the quote currency, in
the words of its source: the ECB quotes 1 EUR in many currencies, the NBP quotes 100 HUF in PLN.
Nothing is turned round or divided on the way in, so a rate can be checked against its source.

Times: `valid_on` is the day that the source names for the rate; `published_on` is the day on which
the source made it known. Neither is the day of a document; `currencies.fixing` goes from one to
the other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from currencies.money import plain
from currencies.rounding import round_fraction
from i18n.errors import Conflict, Invalid, NotFound
from i18n.locale import Words, _

# What the database keeps of a rate; more digits would be lost there in silence.
FRACTION_DIGITS = 12


class NotAnFxRate(Invalid):
    """{rate} per {unit} is not an exchange rate. Give both above zero, up to 12 decimals."""


class NoFxRate(NotFound):
    """No {source} rate from {base} to {quote} for {on}. Load the rates of that day, then repeat."""


class FxRateDiffers(Conflict):
    """{source} already gives {known} for {base} to {quote} on {on}, not {given}. Check the file."""


@dataclass(frozen=True, slots=True)
class FxRate:
    """`unit` of `base` cost `rate` of `quote`, by this source on this day."""

    source: str
    base: str
    quote: str
    unit: int
    rate: Decimal
    valid_on: date
    published_on: date
    table_number: str | None = None

    def __post_init__(self) -> None:
        exponent = self.rate.as_tuple().exponent
        # The exponent of NaN and Infinity is a letter.
        fits = isinstance(exponent, int) and exponent >= -FRACTION_DIGITS
        if not (fits and self.rate > 0 and self.unit > 0):
            raise NotAnFxRate(rate=self.rate, unit=self.unit)

    @property
    def reference(self) -> str:
        """How an amount names the rate that it was converted by; unique within a tenant."""
        return f"{self.source} {self.base}/{self.quote} {self.valid_on.isoformat()}"

    @property
    def per_one(self) -> Fraction:
        """What one unit of the base currency costs, exactly."""
        return Fraction(self.rate) / self.unit


class Finding(NamedTuple):
    """What a file of rates says that cannot be read, and where; the rest of the file stands."""

    line: int
    field: str
    value: str
    reason: str


class RatesRead(NamedTuple):
    """The rates of a file, and what in it was left out and why."""

    rates: list[FxRate]
    findings: list[Finding]


class RateTable:
    """Rates of several sources and days; answers for exactly the day asked, or not at all."""

    def __init__(self, rates: Iterable[FxRate] = ()) -> None:
        self._rates: dict[tuple[str, str, str, date], FxRate] = {}
        for rate in rates:
            self._add(rate)

    def __len__(self) -> int:
        return len(self._rates)

    def __iter__(self) -> Iterator[FxRate]:
        return iter(self._rates.values())

    def rate(self, base: str, quote: str, on: date, source: str) -> FxRate:
        """The rate as quoted. Raises NoFxRate: never the latest one, never 1 (rule R70)."""
        found = self.find(base, quote, on, source)
        if found is None:
            raise NoFxRate(source=source, base=base, quote=quote, on=on.isoformat())
        return found

    def find(self, base: str, quote: str, on: date, source: str) -> FxRate | None:
        """The rate as quoted, if there is one."""
        return self._rates.get((source, base, quote, on))

    def history(self, base: str, quote: str, source: str) -> list[FxRate]:
        """All rates of a pair by one source, oldest first."""
        pair = (source, base, quote)
        found = [rate for key, rate in self._rates.items() if key[:3] == pair]
        return sorted(found, key=lambda rate: rate.valid_on)

    def _add(self, rate: FxRate) -> None:
        known = self._rates.setdefault((rate.source, rate.base, rate.quote, rate.valid_on), rate)
        if known is not rate and known.per_one != rate.per_one:
            raise differing(known, rate)


def average(rates: Sequence[FxRate]) -> FxRate:
    """The mean of rates of one pair, for one unit, under the name of their source and `-AVG`.

    It is rounded to the twelfth decimal, far below what a source publishes; it counts as of the
    last day, and its table number says how many rates it is the mean of.
    """
    last = max(rates, key=lambda rate: rate.valid_on)
    mean = sum((rate.per_one for rate in rates), Fraction(0)) / len(rates)
    return FxRate(
        f"{last.source}-AVG",
        last.base,
        last.quote,
        1,
        round_fraction(mean, FRACTION_DIGITS),
        last.valid_on,
        last.published_on,
        f"{len(rates)}",
    )


def differing(known: FxRate, given: FxRate) -> FxRateDiffers:
    """The error for a rate that contradicts one already known."""
    return FxRateDiffers(
        source=known.source,
        base=known.base,
        quote=known.quote,
        on=known.valid_on.isoformat(),
        known=Words(_("{rate} per {unit}"), rate=plain(known.rate), unit=known.unit),
        given=Words(_("{rate} per {unit}"), rate=plain(given.rate), unit=given.unit),
    )
