"""The only place where columns of amounts are multiplied, added up and rounded.

Two kinds of column:

- *amount*: Decimal(38, 12), a price or an amount as agreed.
- *amount_3600*: Decimal(38, 12), an amount times 3600. A price per second, minute or hour times
  whole seconds is a whole number of price units in it, so nothing is lost before the one declared
  rounding: 0.05 a minute for 60 seconds is 180 exactly, and never 60 times 0.0008.

Polars multiplies decimals at the scale of its factors and rounds in silence, so one factor here is
always a whole number, and the product is exact. A product, a running total or a total that does
not fit 38 digits raises; but the total of a *group* wraps around in silence, so groups are added up
by `totals`, which first adds up everything without signs.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import polars as pl

from currencies.units import minor_unit

AMOUNT: Final = pl.Decimal(38, 12)
WHOLE: Final = pl.Decimal(38, 0)
HOUR: Final = 3600
SCALE: Final = 12


def times(amount: pl.Expr, count: pl.Expr) -> pl.Expr:
    """An amount times a whole number, exactly; raises polars ComputeError beyond 38 digits."""
    return amount.cast(AMOUNT) * count.cast(WHOLE)


def times_3600(amount: pl.Expr) -> pl.Expr:
    """An amount in hours' measure: exact until `minor_units` divides it."""
    return amount.cast(AMOUNT) * pl.lit(HOUR).cast(WHOLE)


def totals(frame: pl.DataFrame, by: Sequence[str], amount: str, *others: pl.Expr) -> pl.DataFrame:
    """Add up one amount column by groups, in the order of first appearance.

    Raises polars ComputeError where a total might not fit 38 digits.
    """
    # A total that raises, taken without signs, is never below the total of any group.
    frame.select(pl.col(amount).abs().sum())
    grouped = frame.group_by(by, maintain_order=True)
    return grouped.agg(pl.col(amount).sum(), *others)


def minor_units(amount_3600: pl.Expr, places: int) -> pl.Expr:
    """Divide by 3600 and round half-up (away from zero) to whole minor units, as Int64."""
    return _rounded(amount_3600, pl.lit(_divisor(places), pl.Int128))


def from_3600(amount_3600: pl.Expr) -> pl.Expr:
    """Divide by 3600 and round half-up at the twelfth decimal, far below what is payable."""
    # The quotient has the digits of an amount again; a product by 10^-12 puts the point back.
    return _digits(amount_3600, pl.lit(HOUR, pl.Int128)).cast(WHOLE) * pl.lit(
        Decimal(1).scaleb(-SCALE), AMOUNT
    )


def minor_units_by_currency(
    amount_3600: pl.Expr, currency: pl.Expr, currencies: Iterable[str]
) -> pl.Expr:
    """As `minor_units`, each row by the minor unit of its currency.

    Raises UnknownCurrency; a currency that is not among `currencies` is an error of ours.
    """
    divisors = {code: _divisor(minor_unit(code)) for code in currencies}
    return _rounded(amount_3600, _each(currency, divisors, pl.Int128()))


def from_minor_units(units: pl.Expr, currency: pl.Expr, currencies: Iterable[str]) -> pl.Expr:
    """Whole minor units as an amount, each row by the minor unit of its currency."""
    weights = {code: Decimal(1).scaleb(-minor_unit(code)) for code in currencies}
    return units.cast(WHOLE) * _each(currency, weights, AMOUNT)


def rounded_quotient(amount_3600: pl.Expr, by: pl.Expr, places: int) -> pl.Expr:
    """An amount in hours' measure divided by a whole number above zero, half-up, as an amount.

    For figures that are shown; what is added up further stays exact.
    """
    units = _rounded(amount_3600, by.cast(pl.Int128) * _divisor(places))
    return units.cast(WHOLE) * pl.lit(Decimal(1).scaleb(-places)).cast(AMOUNT)


def _each(currency: pl.Expr, values: Mapping[str, object], kind: pl.DataType) -> pl.Expr:
    # Without a single value there is nothing to look up, and Polars does not survive looking.
    if not values:
        return pl.lit(None, kind)
    return currency.cast(pl.String).replace_strict(values, return_dtype=kind)


def _divisor(places: int) -> int:
    assert 0 <= places <= SCALE, places
    return HOUR * int(10 ** (SCALE - places))


def _rounded(amount_3600: pl.Expr, divisor: pl.Expr) -> pl.Expr:
    # A cast too narrow raises.
    return _digits(amount_3600, divisor).cast(pl.Int64)


def _digits(amount_3600: pl.Expr, divisor: pl.Expr) -> pl.Expr:
    digits = amount_3600.cast(AMOUNT).to_physical()
    size = digits.abs()
    whole = size // divisor
    half_reached = (size - whole * divisor) * 2 >= divisor
    rounded = whole + half_reached.cast(pl.Int128)
    # Zero has no sign here, so -0.00 cannot come out.
    return rounded * digits.sign()
