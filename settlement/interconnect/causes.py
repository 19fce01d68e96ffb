"""Say why two sides' amounts differ, by cause, so that the causes add up (rule R54).

    ours    1,000 calls  60,000 s  at 0.0100 a minute   10.0000
    theirs  1,002 calls  60,150 s  at 0.0102 a minute   10.2255
    volume 0.0200 + duration 0.0050 + rate 0.2005 + unexplained 0.0000 = 0.2255

The order is fixed, because each cause is measured with the causes before it already told: other
orders give other parts of the same sum.

    volume       (their calls - our calls) x our average seconds x our price
    duration     (their seconds - their calls x our average seconds) x our price
    rate         their seconds x (their price - our price)
    unexplained  the variance less all of these: rounding, fees, or an error of addition

Averages may have no end as decimals, so all is computed in fractions and rounded cumulatively at
the end: the parts always add up to the variance, to the last digit.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from currencies.money import EXACT
from currencies.rounding import round_fraction

SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Figures:
    """One side's figures: seconds are those that were priced; the price is per minute."""

    calls: int
    seconds: int
    amount: Decimal
    unit_price: Decimal | None = None

    @property
    def price_of_second(self) -> Fraction:
        """The price named, else the one that the amount and the seconds imply."""
        if self.unit_price is not None:
            return Fraction(self.unit_price) / SECONDS_PER_MINUTE
        return Fraction(self.amount) / self.seconds if self.seconds else Fraction(0)


NOTHING = Figures(0, 0, Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Causes:
    """The parts of one variance, in the order in which they are told."""

    volume: Decimal
    duration: Decimal
    rate: Decimal
    unexplained: Decimal

    @property
    def variance(self) -> Decimal:
        """What the causes add up to: theirs less ours."""
        known = EXACT.add(EXACT.add(self.volume, self.duration), self.rate)
        return EXACT.add(known, self.unexplained)

    def plus(self, other: "Causes") -> "Causes":
        """The causes of both, each added to its like."""
        return Causes(
            EXACT.add(self.volume, other.volume),
            EXACT.add(self.duration, other.duration),
            EXACT.add(self.rate, other.rate),
            EXACT.add(self.unexplained, other.unexplained),
        )


def explain(ours: Figures, theirs: Figures, places: int = 12) -> Causes:
    """Split theirs less ours by cause; the parts have `places` decimals and add up exactly.

    Where we know of no call at all, everything they say is volume.
    """
    volume, duration, rate = _exact_causes(ours, theirs)
    parts, told, so_far = [], Decimal(0), Fraction(0)
    for cause in (volume, duration, rate):
        so_far += cause
        rounded = round_fraction(so_far, places)
        parts.append(EXACT.subtract(rounded, told))
        told = rounded
    variance = EXACT.subtract(theirs.amount, ours.amount)
    return Causes(parts[0], parts[1], parts[2], EXACT.subtract(variance, told))


def _exact_causes(ours: Figures, theirs: Figures) -> tuple[Fraction, Fraction, Fraction]:
    price, their_price = ours.price_of_second, theirs.price_of_second
    if not ours.calls:
        return theirs.seconds * their_price - ours.seconds * price, Fraction(0), Fraction(0)
    average = Fraction(ours.seconds, ours.calls)
    return (
        (theirs.calls - ours.calls) * average * price,
        (theirs.seconds - theirs.calls * average) * price,
        theirs.seconds * (their_price - price),
    )
