"""Price the legs that share one section of one tariff version in one zone.

Two steps, because an event with any leg without a price is suspended as a whole, and must then
take nothing from an allowance: `looked_up` finds prices, `priced` charges.

A leg gives one part, or several: what the allowance covered, a part for each band the call ran
through (`band_crossing` SPLIT), a part for each tier. The parts add up to the leg.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import polars as pl

from currencies.amounts import AMOUNT, times, times_3600
from settlement.catalogue.section import Section
from settlement.catalogue.tariff import TariffVersion
from settlement.rating.allowances import Holders, cover
from settlement.rating.crossing import cut_at_bands
from settlement.rating.metering import metered
from settlement.rating.months import months_of
from settlement.rating.price_list import PriceList
from settlement.rating.sessions import COMBINATION
from settlement.rating.tiers import by_tier
from settlement.rating.timeline import DAY_SECONDS, Timeline

CHARGE: Final = "charge"
ALLOWANCE: Final = "allowance"
MINIMUM: Final = "minimum"
COVERED_BY: Final = pl.Enum([CHARGE, ALLOWANCE, MINIMUM, COMBINATION])

PARTS: Final = (
    "row",
    "step",
    "assignment",
    "local_day",
    "rate",
    "covered_by",
    "free_units",
    "billed_units",
    "amount_3600",
    "units",
    "first",
    "next",
    "free_before",
    "leg_billed",
)

# Where a part says nothing of these, they are null: of an allowance, of tiers, of a fee.
OF_ALLOWANCE: Final = ("allowance", "granted", "pool_left")
OF_TIERS: Final = ("tier", "counted", "tier_above", "tier_up_to", "packages")
FEE: Final = "fee_3600"
# The zone that names where a leg went, where a zone plan stands beside a deck.
IN_ZONE: Final = "in_zone"


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Legs that are priced alike, and how."""

    version: TariffVersion
    section: Section
    prices: PriceList
    clock: Timeline
    legs: pl.DataFrame

    def with_legs(self, legs: pl.DataFrame) -> "Group":
        """The same prices for other legs."""
        return replace(self, legs=legs)


def grouped(
    version: TariffVersion, section: Section, prices: PriceList, zone: str, legs: pl.DataFrame
) -> Group:
    """Put legs (row, start, units, number, product, amount, currency, assignment) under a clock."""
    last = (pl.col("start") + _reach(section, prices)) // DAY_SECONDS
    first = legs["start"] // DAY_SECONDS
    longest = legs.select((last - pl.col("start") // DAY_SECONDS).max()).item() or 0
    days = first.unique()
    days = pl.concat([days + later for later in range(longest + 1)])
    clock = prices.clock(zone, days)
    stretch = clock.stretch_at(legs["start"])
    legs = legs.with_columns(
        stretch=stretch.cast(pl.Int64),
        local_day=((legs["start"] + clock.offsets.gather(stretch)) // DAY_SECONDS).cast(pl.Int32),
    )
    return looked_up(Group(version, section, prices, clock, legs))


def looked_up(group: Group) -> Group:
    """Find the rate at the start of each leg; adds `rate`, `missing` and `why`."""
    section = group.section
    if section.source in ("rates", "deck"):
        legs = _by_number(group)
    elif section.source == "prices":
        legs = _by_product(group)
    elif section.source == "record":
        legs = _by_record(group)
    else:
        legs = group.legs.with_columns(
            rate=pl.lit(0, pl.UInt32), missing=pl.lit(False), why=pl.lit(None, pl.String)
        )
    if group.prices.names is not None:
        named = group.prices.names.names_at(legs["number"], legs["local_day"])
        legs = legs.with_columns(named.alias(IN_ZONE))
    if section.service == "meter":
        other = pl.col("unit").ne_missing(section.measure.unit)
        why = pl.when(other).then(pl.lit("UNIT_DIFFERS")).otherwise("why")
        legs = legs.with_columns(missing=pl.col("missing") | other, why=why)
    # A call below the minimum is free whatever its price would have been.
    if section.minimum_seconds:
        legs = legs.with_columns(
            missing=pl.col("missing") & (pl.col("units") >= section.minimum_seconds)
        )
    return group.with_legs(legs)


def _by_number(group: Group) -> pl.DataFrame:
    legs = group.legs.with_columns(rate=_rates_at(group, group.legs))
    missing = pl.col("rate").is_null()
    if _is_split(group):
        missing = missing | pl.col("row").is_in(_without_price_later(group, legs).implode())
    return legs.with_columns(missing=missing, why=pl.lit("NO_RATE"))


def _by_product(group: Group) -> pl.DataFrame:
    places = {code: place for place, code in enumerate(group.section.prices)}
    rate = pl.col("product").replace_strict(places, default=None, return_dtype=pl.UInt32)
    legs = group.legs.with_columns(rate=rate)
    return legs.with_columns(missing=pl.col("rate").is_null(), why=pl.lit("NO_PRODUCT_PRICE"))


def _by_record(group: Group) -> pl.DataFrame:
    other = pl.col("currency").ne_missing(group.version.currency)
    no_amount = pl.col("amount").is_null()
    why = pl.when(no_amount).then(pl.lit("NO_AMOUNT")).otherwise(pl.lit("OTHER_CURRENCY"))
    return group.legs.with_columns(rate=pl.lit(0, pl.UInt32), missing=no_amount | other, why=why)


def priced(group: Group, holders: Holders) -> pl.DataFrame:
    """Charge each leg: parts with units and amount_3600, in the order of rows and parts."""
    section = group.section
    rates = group.prices.rates
    legs = group.legs.with_columns(
        rates[name].gather(group.legs["rate"]).alias(name) for name in ("first", "next")
    )
    if section.minimum_seconds:
        legs = legs.with_columns(
            pl.col("first", "next").fill_null(1),
        )
    if section.is_timed and holders.parties["by_month"].any():
        # What the trunk carried in the month is rounded together, so no second is added here.
        once = pl.when(holders.parties["by_month"].gather(legs["assignment"])).then(1)
        legs = legs.with_columns(
            once.otherwise("first").alias("first"), once.otherwise("next").alias("next")
        )
    legs, covered = metered(legs, section, partial(_cover, group, holders))
    legs = legs.with_columns(leg_billed="billed_units", free_before="free_units")
    if section.tiers is not None:
        charges = by_tier(_with_month(legs), section.tiers, section.units_per_price)
    elif _is_split(group):
        charges = _by_band(group, legs)
    else:
        charges = legs.with_columns(
            step=pl.lit(0, pl.Int64), start_rate="rate", is_first=pl.lit(True)
        )
    charges = _charged(charges, group).with_columns(covered_by=_covered_by(section))
    if not section.allowances and section.tiers is None and not _is_split(group):
        fee = [name for name in (FEE,) if name in charges.columns]
        return charges.select(*PARTS, *fee).with_columns(part=pl.lit(1, pl.Int16))
    return _parted(covered, charges)


def _cover(
    group: Group, holders: Holders, legs: pl.DataFrame
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Let the allowances of the section cover what they can."""
    legs = _with_month(legs).with_columns(destination=destinations(group, legs))
    return cover(legs, group.version, group.section, holders)


def destinations(group: Group, priced: pl.DataFrame) -> pl.Series:
    """Where legs or parts of a group (row, rate) went: by the zone that names it, or the rate."""
    of_rate = group.prices.rates["destination"].gather(priced["rate"])
    if group.prices.names is None:
        return of_rate
    zones = group.legs.select("row", IN_ZONE)
    named = priced.select("row").join(zones, on="row", how="left", maintain_order="left")
    return named.select(pl.coalesce(IN_ZONE, of_rate).alias("destination")).to_series()


def _covered_by(section: Section) -> pl.Expr:
    charge = pl.lit(CHARGE, COVERED_BY)
    if not section.minimum_seconds:
        return charge
    return pl.when("is_free").then(pl.lit(MINIMUM, COVERED_BY)).otherwise(charge)


def _reach(section: Section, prices: PriceList) -> pl.Expr:
    """How many seconds after its start the wall clock of a leg may matter."""
    if section.band_crossing != "SPLIT":
        return pl.lit(0, pl.Int64)
    tail = 0
    if section.split_tail == "clock":
        largest = prices.rates.select(pl.max_horizontal("first", "next").max()).item()
        tail = int(largest or 0)
    return (pl.col("units") + tail).clip(1)


def _is_split(group: Group) -> bool:
    return group.section.band_crossing == "SPLIT" and len(group.prices.week.slots) > 1


def _rates_at(group: Group, legs: pl.DataFrame) -> pl.Series:
    slots = group.clock.slots.gather(legs["stretch"])
    return group.prices.find(legs["number"], slots, legs["local_day"])


def _without_price_later(group: Group, legs: pl.DataFrame) -> pl.Series:
    """Rows of calls that run into a band in which their number has no price."""
    reach = _reach(group.section, group.prices)
    end = legs.select(pl.col("start") + reach - 1).to_series()
    last = group.clock.stretch_at(end).cast(pl.Int64)
    crossing = legs.with_columns(last=last).filter(pl.col("last") > pl.col("stretch"))
    each = crossing.with_columns(
        stretch=pl.int_ranges(pl.col("stretch"), pl.col("last") + 1)
    ).explode("stretch")
    return each.filter(_rates_at(group, each).is_null())["row"].unique()


def _with_month(legs: pl.DataFrame) -> pl.DataFrame:
    if "month" in legs.columns:
        return legs
    return legs.with_columns(month=months_of(legs["local_day"].cast(pl.Date)))


def _by_band(group: Group, legs: pl.DataFrame) -> pl.DataFrame:
    """A row for each band that the billed seconds of a leg run through."""
    each = cut_at_bands(legs, group.section, group.clock)
    each = each.with_columns(
        rate=pl.when(pl.col("is_free")).then("rate").otherwise(_rates_at(group, each))
    )
    # A call that comes back to a band has one part for it.
    whole = each.group_by("row", "rate", maintain_order=True).agg(
        pl.col("billed_units").sum(), pl.col("stretch").first().alias("step")
    )
    whole = whole.with_columns(is_first=pl.col("row").is_first_distinct())
    legs = legs.rename({"rate": "start_rate"}).drop("billed_units", "stretch")
    return whole.join(legs, on="row", how="left", maintain_order="left")


def _charged(charges: pl.DataFrame, group: Group) -> pl.DataFrame:
    """Add amount_3600: price times units, and the connection fee once where anything is billed."""
    rates = group.prices.rates
    if group.section.source == "record":
        amount = times_3600(pl.col("amount"))
    else:
        charges = charges.with_columns(unit_3600=rates["unit_3600"].gather(charges["rate"]))
        # A free leg may have no rate; nothing is billed for it.
        amount = times(pl.col("unit_3600").fill_null(0), pl.col("billed_units"))
    if "packages" in charges.columns:
        charges = charges.with_columns(package_price=rates["price"].gather(charges["rate"]))
        amount = times(times_3600(pl.col("package_price")), pl.col("packages"))
    charges = charges.with_columns(amount_3600=amount)
    if rates.select(pl.col("fee_3600").max()).item():
        fee = rates["fee_3600"].gather(charges["start_rate"])
        is_due = pl.col("is_first") & (pl.col("billed_units") > 0)
        charges = charges.with_columns(pl.when(is_due).then(fee).alias(FEE))
        charges = charges.with_columns(amount_3600=pl.col("amount_3600") + pl.col(FEE).fill_null(0))
    return charges


def _parted(covered: Sequence[pl.DataFrame], charges: pl.DataFrame) -> pl.DataFrame:
    """Put what allowances covered before what is charged, and number the parts of each leg."""
    free = [
        part.with_columns(
            step=pl.lit(place - len(covered), pl.Int64),
            billed_units=pl.lit(0, pl.Int64),
            amount_3600=pl.lit(0).cast(AMOUNT),
            leg_billed=pl.lit(0, pl.Int64),
            covered_by=pl.lit(ALLOWANCE, COVERED_BY),
        ).select(*PARTS, *OF_ALLOWANCE)
        for place, part in enumerate(covered)
    ]
    charges = charges.filter((pl.col("billed_units") > 0) | (pl.col("free_units") == 0))
    told = [name for name in (*OF_TIERS, FEE) if name in charges.columns]
    charges = charges.with_columns(free_units=pl.lit(0, pl.Int64)).select(*PARTS, *told)
    parts = pl.concat([*free, charges], how="diagonal").sort("row", "step")
    # The parts of a row stand together, which costs a hundredth of looking for those of each row.
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    begins = pl.col("row").ne_missing(pl.col("row").shift())
    first = pl.when(begins).then(place).forward_fill()
    return parts.with_columns(part=(place - first + 1).cast(pl.Int16))
