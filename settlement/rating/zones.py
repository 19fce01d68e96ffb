"""Which zone a number lies in: the longest prefix of a zone plan that is valid on the local date.

Prices of zones are found like prices of numbers: each zone has a number of its own, of as many
digits as all the others, so that none is the beginning of another. Beside a deck, whose prices are
by number, zones only name where a call went.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from settlement.catalogue.zones.zone_plan import ZONES
from settlement.rating.prefixes import Prefixes, number_keys

_DIGITS: Final = 6


class Zones:
    """A zone plan, laid out: a frame of zone_plan.ZONES."""

    def __init__(self, plan: pl.DataFrame) -> None:
        assert plan.schema == ZONES, plan.schema
        self._zones = plan["zone"].unique().sort().to_list()
        rows = plan.with_columns(band=pl.lit(None, pl.String), priority=pl.lit(0, pl.Int64))
        self._prefixes = Prefixes(rows, [frozenset()])
        self._of_rows = plan["zone"]
        self._keys = plan.select(key=number_keys(_number_of("zone", self._zones)))["key"]

    def with_prefixes(self, rates: pl.DataFrame) -> pl.DataFrame:
        """Rates whose `destination` is a zone, under the number of the zone."""
        # A zone that the plan does not have gets a number as well, which nobody calls.
        others = set(rates["destination"]) - set(self._zones)
        return rates.with_columns(prefix=_number_of("destination", [*self._zones, *sorted(others)]))

    def at(self, numbers: pl.Series, local_days: pl.Series) -> pl.Series:
        """The number key of the zone of each number key; 0, where no price is, without a zone."""
        slots = pl.repeat(0, len(numbers), dtype=pl.Int32, eager=True)
        return self._keys.gather(self._prefixes.find(numbers, slots, local_days)).fill_null(0)

    def names_at(self, numbers: pl.Series, local_days: pl.Series) -> pl.Series:
        """The zone of each number key; null without one."""
        slots = pl.repeat(0, len(numbers), dtype=pl.Int32, eager=True)
        return self._of_rows.gather(self._prefixes.find(numbers, slots, local_days))


def _number_of(column: str, zones: Sequence[str]) -> pl.Expr:
    # Without a single value there is nothing to look up, and Polars does not survive looking.
    if not zones:
        return pl.col(column)
    numbers = {zone: str(place).zfill(_DIGITS) for place, zone in enumerate(zones)}
    return pl.col(column).replace_strict(numbers, return_dtype=pl.String)
