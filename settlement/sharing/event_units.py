"""Events in whole minor units, counted: those that come to the same amount are split alike.

A month has millions of sales at a few prices, so each revenue is split once for each amount.
"""

from typing import Final
from uuid import UUID

import polars as pl

from currencies.amounts import minor_units_by_currency
from settlement.rating.charging import minor_units_of_parts
from settlement.sharing.crediting import Revenue
from settlement.sharing.ruling import OF_REVENUE, Parted

EVENT: Final = ("source", "record_key")
UNITS: Final = pl.Schema({"units": pl.Int64(), "events": pl.Int64()})


class Events:
    """The events behind revenues that look at them one by one: counted, or as rated charges."""

    def __init__(self, charges: pl.LazyFrame, counted: set[UUID], looked_at: set[UUID]) -> None:
        """`counted` are terms of which only amounts matter, `looked_at` those that need charges."""
        self._counted = _EventUnits(_under(charges, counted)) if counted else None
        self._charges = Parted(_under(charges, looked_at).collect()) if looked_at else None
        self._looked_at = looked_at

    def charges_of(self, revenue: Revenue) -> pl.DataFrame:
        """The rated charges behind a revenue of terms that need them."""
        assert self._charges is not None, "terms that need charges were named"
        return self._charges.of(revenue)

    def units_of(self, revenue: Revenue) -> pl.DataFrame:
        """How many events of a revenue come to how many minor units: `units` and `events`."""
        if revenue.terms_id in self._looked_at:
            return _units_of_events(self.charges_of(revenue))
        assert self._counted is not None, "terms that count events were named"
        return self._counted.of(revenue)


def _under(charges: pl.LazyFrame, terms: set[UUID]) -> pl.LazyFrame:
    return charges.filter(pl.col("terms").is_in(sorted(map(str, terms))))


class _EventUnits:
    """How many events of each revenue come to how many minor units; of revenues without rules."""

    def __init__(self, charges: pl.LazyFrame) -> None:
        """Count rated charges (rated_batch.RATED)."""
        several = charges.filter(pl.col("part") != 1).select(EVENT).unique().collect()
        if several.is_empty():
            found = _of_one_part(charges)
        else:
            whole = charges.join(several.lazy(), on=EVENT, how="anti")
            parts = charges.join(several.lazy(), on=EVENT, how="semi").collect()
            found = pl.concat([_of_one_part(whole), *_of_parts(parts)])
        counted = found.group_by(*OF_REVENUE, "units").agg(pl.col("events").sum())
        by_revenue = counted.sort("units").partition_by(OF_REVENUE, as_dict=True)
        self._by_revenue = {key: own.select(UNITS.names()) for key, own in by_revenue.items()}

    def of(self, revenue: Revenue) -> pl.DataFrame:
        """`units` and `events` of a revenue."""
        key = (str(revenue.terms_id), revenue.product, revenue.currency)
        return self._by_revenue.get(key, pl.DataFrame(schema=UNITS))


def _units_of_events(charges: pl.DataFrame) -> pl.DataFrame:
    """`units` and `events` of the rated charges of one revenue, event by event."""
    units = minor_units_of_parts(charges).rename("units")
    of_event = charges.with_columns(units).group_by(EVENT).agg(pl.col("units").sum())
    return of_event.select("units", events=pl.lit(1, pl.Int64)).cast(UNITS)


def _of_one_part(charges: pl.LazyFrame) -> pl.DataFrame:
    counted = charges.group_by(*OF_REVENUE, "amount_3600").agg(events=pl.len().cast(pl.Int64))
    alike = counted.collect()
    currencies = alike["currency"].unique().to_list()
    units = minor_units_by_currency(pl.col("amount_3600"), pl.col("currency"), currencies)
    return alike.select(*OF_REVENUE, units.alias("units"), "events")


def _of_parts(charges: pl.DataFrame) -> list[pl.DataFrame]:
    """Parts of an event are rounded together, as far as they are of one revenue."""
    found = []
    for key, part in charges.partition_by(OF_REVENUE, as_dict=True).items():
        named = {name: pl.lit(own, pl.String) for name, own in zip(OF_REVENUE, key, strict=True)}
        found.append(_units_of_events(part).select(**named, units="units", events="events"))
    return found
