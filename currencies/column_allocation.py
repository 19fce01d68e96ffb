"""Split columns of minor units by largest remainder: the columnar twin of `allocation.allocate`.

Each row is split by the same weights. Every part gets the whole units of its exact share; the
units left go one each to the largest remainders, equal remainders in the order of the agreement
(rule R40). The split of -x is minus the split of x (rule R41). All whole numbers, no division of
decimals anywhere.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm

import polars as pl

from currencies.allocation import NegativeWeight, NothingToAllocateBy

LARGEST_INT64 = 2**63 - 1
LARGEST_INT128 = 2**127 - 1


def whole_weights(weights: Sequence[Decimal]) -> list[int]:
    """The same proportions in the smallest whole numbers: 0.3, 0.7 -> 3, 7.

    Raises NothingToAllocateBy or NegativeWeight.
    """
    for weight in weights:
        if weight < 0:
            raise NegativeWeight(weight=weight)
    exact = [Fraction(weight) for weight in weights]
    if not sum(exact):
        raise NothingToAllocateBy(weights=[str(weight) for weight in weights])
    common = lcm(*(part.denominator for part in exact))
    whole = [int(part * common) for part in exact]
    divisor = gcd(*whole)
    return [weight // divisor for weight in whole]


def split_units(units: pl.Series, weights: Sequence[Decimal]) -> list[pl.Series]:
    """Split Int64 minor units; one Int64 series per weight, in their order.

    For each row the parts add up to it. Raises OverflowError where weights are so finely written
    that a product would not fit 128 bits.
    """
    proportions = whole_weights(weights)
    frame = units.cast(pl.Int64).alias("units").to_frame()
    width = _width(frame, sum(proportions))
    size = pl.col("units").cast(width).abs()
    whole = pl.lit(sum(proportions), width)
    names = [f"part_{number}" for number in range(len(proportions))]
    shared = frame.lazy().with_columns(
        (size * pl.lit(weight, width)).alias(name)
        for name, weight in zip(names, proportions, strict=True)
    )
    shared = shared.with_columns(
        *((pl.col(name) // whole).alias(f"{name}_floor") for name in names),
        *((pl.col(name) % whole).alias(f"{name}_over") for name in names),
    )
    floors = pl.sum_horizontal(pl.col(f"{name}_floor") for name in names)
    shared = shared.with_columns(left=size - floors)
    sign = pl.col("units").sign()
    parts = shared.select(
        ((pl.col(f"{name}_floor") + _extra(number, names)).cast(pl.Int64) * sign).alias(name)
        for number, name in enumerate(names)
    ).collect()
    return [parts[name] for name in names]


def _extra(number: int, names: Sequence[str]) -> pl.Expr:
    """One unit where fewer parts than there are units left come before this one."""
    own = pl.col(f"{names[number]}_over")
    before = pl.lit(0, pl.Int32)
    for other, name in enumerate(names):
        if other == number:
            continue
        over = pl.col(f"{name}_over")
        first = over >= own if other < number else over > own
        before = before + first.cast(pl.Int32)
    return (before < pl.col("left")).cast(pl.Int64)


def _width(frame: pl.DataFrame, whole: int) -> type[pl.Int64] | type[pl.Int128]:
    lowest, highest = frame["units"].min(), frame["units"].max()
    size = max(abs(int(str(lowest or 0))), abs(int(str(highest or 0))))
    if size * whole <= LARGEST_INT64:
        return pl.Int64
    if size * whole > LARGEST_INT128:
        raise OverflowError(f"{size} units by weights of {whole} parts")
    return pl.Int128
