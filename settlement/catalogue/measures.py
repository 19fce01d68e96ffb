"""What a price is for: seconds of calls, bytes of data, what meters count, pieces.

Amounts are kept times 3600 to 12 decimals, and usage in whole units. So the price of one unit times
3600 must be a whole number of 10^-12, or something would be lost: a price per gigabyte may have 5
decimals, one per megabyte 8, one per kilowatt hour 11. A finer price is refused when it is read.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple


class Measure(NamedTuple):
    """The unit that usage is counted in, and how many of them one price is for."""

    unit: str
    units: int


PIECE: Final = {"piece": Measure("piece", 1)}
# The first of each is the default of `per`.
_MEASURES: Final[dict[str, Mapping[str, Measure]]] = {
    "voice": {
        "minute": Measure("second", 60),
        "second": Measure("second", 1),
        "hour": Measure("second", 3600),
    },
    "data": {
        "megabyte": Measure("byte", 10**6),
        "gigabyte": Measure("byte", 10**9),
        "kilobyte": Measure("byte", 10**3),
        "byte": Measure("byte", 1),
    },
    "meter": {
        "kilowatt_hour": Measure("watt_hour", 10**3),
        "cubic_metre": Measure("litre", 10**3),
        "core_hour": Measure("core_second", 3600),
        "gigabyte_hour": Measure("megabyte_hour", 10**3),
        "thousand_requests": Measure("request", 10**3),
        "request": Measure("request", 1),
        "device_day": Measure("device_hour", 24),
        "device_hour": Measure("device_hour", 1),
        "consultation": Measure("consultation", 1),
    },
}
# Who is metered by one of a family is likely metered by the others: utilities, clouds, e-health.
FAMILIES: Final = (
    frozenset({"watt_hour", "litre"}),
    frozenset({"core_second", "megabyte_hour", "request"}),
    frozenset({"device_hour", "consultation"}),
)
# What is measured, not counted in pieces; a larger quantity of one event is a fault of its source.
MEASURED: Final = ("data", "meter")
LARGEST_MEASURE: Final = 10**15
# 26 digits stand before the point; an event keeps ten times below.
_LARGEST_3600: Final = 10**25
_SCALE: Final = 10**12


def measures_of(kind: str) -> Mapping[str, Measure]:
    """What prices of a section may be for, by the value of `per`."""
    return _MEASURES.get(kind.removesuffix("_received"), PIECE)


def unit_3600(price: Decimal, measure: Measure) -> Fraction:
    """The price of one unit, times 3600."""
    return Fraction(price) * 3600 / measure.units


def may_be_priced(price: Decimal, measure: Measure) -> bool:
    """Whether any quantity of something measured is exact at this price, and fits."""
    of_unit = unit_3600(price, measure)
    fits = of_unit * LARGEST_MEASURE < _LARGEST_3600
    return fits and (of_unit * _SCALE).denominator == 1
