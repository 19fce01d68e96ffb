"""The prices of one section of a tariff: by number, slot of the week and local date."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from currencies.amounts import AMOUNT, HOUR, WHOLE
from currencies.money import EXACT
from i18n.errors import Conflict
from settlement.catalogue.bands import Week
from settlement.catalogue.measures import unit_3600
from settlement.catalogue.rate_deck import RATES
from settlement.catalogue.section import Section
from settlement.rating.prefixes import Prefixes
from settlement.rating.timeline import Timeline, timeline
from settlement.rating.zones import Zones


class BandUnknown(Conflict):
    """Prefix {prefix} has a price in band {band}, which the tariff does not define."""


class PriceList:
    """The prices of one section, by number, slot and local date.

    With zones a number has the price of its zone, and `destination` of a rate names that. Where the
    prices are a deck's, `names` are zones that name destinations.
    """

    def __init__(
        self,
        section: Section,
        rates: pl.DataFrame,
        holidays: Iterable[date] = (),
        zones: Zones | None = None,
    ) -> None:
        assert rates.schema == RATES, rates.schema
        self.week: Week = section.week
        self.holidays = pl.Series(sorted(holidays), dtype=pl.Date)
        self.rates = priced(section, rates)
        known = {band.name for band in section.bands}
        for prefix, band in (
            rates.select("prefix", "band")
            .filter(pl.col("band").is_not_null() & ~pl.col("band").is_in(sorted(known)))
            .iter_rows()
        ):
            raise BandUnknown(prefix=prefix, band=band)
        self._zones = zones if section.is_by_zone else None
        self.names = None if section.is_by_zone else zones
        rows = rates if self._zones is None else self._zones.with_prefixes(rates)
        self._prefixes = Prefixes(rows, self.week.slots)
        self._clocks: dict[tuple[str, tuple[int, ...]], Timeline] = {}

    def clock(self, zone: str, days: pl.Series) -> Timeline:
        """The week laid over the given days (numbers of UTC days), once for all who ask for them.

        The slices of a month have the same days.
        """
        asked = zone, tuple(days.unique().sort())
        if asked not in self._clocks:
            self._clocks[asked] = timeline(self.week, zone, days, self.holidays)
        return self._clocks[asked]

    def find(self, numbers: pl.Series, slots: pl.Series, local_days: pl.Series) -> pl.Series:
        """The row of `rates` for each number key, or null where there is no price."""
        if self._zones is not None:
            numbers = self._zones.at(numbers, local_days)
        return self._prefixes.find(numbers, slots, local_days)


def priced(section: Section, rates: pl.DataFrame) -> pl.DataFrame:
    """Rates as the kernel uses them: times 3600, per unit, with the section's own defaults."""
    return rates.select(
        pl.col("destination", "band").cast(pl.Categorical()),
        "price",
        unit_3600=_of_one_unit(section, rates),
        fee_3600=pl.col("connection_fee").fill_null(section.connection_fee)
        * pl.lit(HOUR).cast(WHOLE),
        first=pl.col("first_increment").fill_null(section.first_increment),
        next=pl.col("next_increment").fill_null(section.next_increment),
    )


def _of_one_unit(section: Section, rates: pl.DataFrame) -> pl.Expr:
    if HOUR % section.units_per_price == 0:
        return pl.col("price") * pl.lit(HOUR // section.units_per_price).cast(WHOLE)
    if section.tiers is not None and section.tiers.kind == "package":
        # A package is not charged by the unit.
        return pl.lit(0).cast(AMOUNT)
    # Prices of bytes and the like are few, and this is exact, or they were not read.
    of_unit = [unit_3600(price, section.measure) for price in rates["price"]]
    exact = [EXACT.divide(Decimal(each.numerator), each.denominator) for each in of_unit]
    return pl.lit(pl.Series("unit_3600", exact, AMOUNT))


def unprefixed(prices: Sequence[Decimal], destination: str) -> pl.DataFrame:
    """A deck of prices that are not found by number: flat ones, of products, of tiers."""
    return pl.DataFrame(
        [
            {"prefix": "", "destination": destination, "price": price, "priority": 0}
            for price in prices
        ],
        schema=RATES,
    )
