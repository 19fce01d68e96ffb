"""Cover usage by the allowances of a section: which pool each unit is taken from, in event order.

A pool is one allowance of one section of one tariff version, for one subscription, contract or
customer and one local month. What was left of an earlier month is a pool of its own, with what the
snapshot says is left of it (`openings`), and belongs to the version that holds when the month
begins.

Pools are emptied one after the other in an order that is the same for all events (`pools_of`), and
each of them by event time, then event id. That is the same as letting each event in turn go through
the pools: what an event takes from a pool depends on earlier events and earlier pools only. So a
frame must hold all usage of a customer's month in the section.
"""

from typing import Final, NamedTuple

import polars as pl

from settlement.catalogue.allowance import Allowance
from settlement.catalogue.section import Section
from settlement.catalogue.tariff import TariffVersion
from settlement.rating.metering import in_order

# What is left of earlier months: `units` granted in month `granted` that may be used in `month`.
OPENINGS: Final = pl.Schema(
    {
        "tariff": pl.String(),
        "section": pl.String(),
        "allowance": pl.String(),
        "holder": pl.String(),
        "month": pl.Date(),
        "granted": pl.Date(),
        "units": pl.Int64(),
    }
)
# Whose an allowance is, as columns of the parties of a snapshot: its text, and its number.
SHARED_BY: Final = {
    "subscription": ("agreement", "number"),
    "contract": ("contract", "contract_number"),
    "customer": ("party", "party_number"),
}


class Holders(NamedTuple):
    """Who usage may belong to (`parties` of a snapshot), and OPENINGS: what they have left."""

    parties: pl.DataFrame
    openings: pl.DataFrame


class Pool(NamedTuple):
    """An allowance, and how many months ago its units were granted."""

    allowance: Allowance
    months_ago: int
    place: int

    @property
    def months_left(self) -> int:
        """For how many months after this one its units may still be used."""
        return self.allowance.rollover_months - self.months_ago


def pools_of(section: Section) -> list[Pool]:
    """The pools of a section in the order in which they are used.

    `expiring_first`: what was rolled over, first what expires first; then the higher priority; then
    as written. `priority`: the higher priority comes before all that.
    """
    pools = [
        Pool(allowance, months_ago, place)
        for place, allowance in enumerate(section.allowances)
        for months_ago in range(allowance.rollover_months + 1)
    ]
    by_priority = section.allowance_order == "priority"

    def place_of(pool: Pool) -> tuple[int, ...]:
        is_new = pool.months_ago == 0
        rolled_over = (int(is_new), 0 if is_new else pool.months_left)
        priority = -pool.allowance.priority
        return (priority, *rolled_over) if by_priority else (*rolled_over, priority)

    return sorted(pools, key=lambda pool: (*place_of(pool), pool.place))


def cover(
    legs: pl.DataFrame,
    version: TariffVersion,
    section: Section,
    holders: Holders,
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Add `free_units` to legs, sorted by event; and what each pool covered, in the order of use.

    Takes `counted`, the units that allowances may cover, with `order`, `month`, `assignment`, and
    `destination` where an allowance is for some only. A part has `row`, `free_units`, `allowance`,
    `granted`, `pool_left` (before the event) and `free_before` (what other pools had covered).
    """
    legs = in_order(legs).with_columns(free_units=pl.lit(0, pl.Int64))
    parts = []
    for pool in pools_of(section):
        granted = pl.col("month").dt.offset_by(f"-{pool.months_ago}mo")
        if pool.months_ago == 0:
            limited = legs.with_columns(limit=pl.lit(pool.allowance.amount, pl.Int64))
        else:
            known = holders.openings.filter(
                pl.col("tariff") == version.code,
                pl.col("section") == section.name,
                pl.col("allowance") == pool.allowance.code,
            )
            if known.is_empty():
                continue
            limited = _limited(legs, known, pool, version, holders.parties)
        limited = _emptied(limited, pool, holders.parties).with_columns(granted=granted)
        legs = legs.with_columns(pl.col("free_units") + limited["taken"])
        parts.append(
            limited.filter(pl.col("taken") > 0).with_columns(
                allowance=pl.lit(pool.allowance.code, pl.Categorical()),
                free_before="free_units",
                free_units="taken",
            )
        )
    return legs, parts


def _limited(
    legs: pl.DataFrame,
    openings: pl.DataFrame,
    pool: Pool,
    version: TariffVersion,
    parties: pl.DataFrame,
) -> pl.DataFrame:
    """Say what is left of an earlier month for whoever each leg belongs to."""
    holder, _ = SHARED_BY[pool.allowance.shared_by]
    at = ("holder", "month", "granted")
    granted = pl.col("month").dt.offset_by(f"-{pool.months_ago}mo")
    of_leg = parties[holder].gather(legs["assignment"]).cast(pl.String)
    asked = legs.with_columns(holder=of_leg, granted=granted)
    left = openings.select(*at, limit="units")
    found = asked.join(left, on=at, how="left", maintain_order="left")
    # Where a month has several versions, the first of them goes on with what the last had left.
    continues = pl.col("month") >= version.valid_from
    return found.with_columns(limit=pl.when(continues).then("limit").otherwise(0).fill_null(0))


def _emptied(legs: pl.DataFrame, pool: Pool, parties: pl.DataFrame) -> pl.DataFrame:
    """Take what events want from one pool: adds `wanted`, `taken` and `pool_left`."""
    _, number = SHARED_BY[pool.allowance.shared_by]
    wanted = pl.col("counted") - pl.col("free_units")
    if pool.allowance.destinations:
        inside = pl.col("destination").is_in(pool.allowance.destinations)
        wanted = pl.when(inside).then(wanted).otherwise(0)
    of_holder = parties[number].gather(legs["assignment"])
    legs = legs.with_columns(wanted=wanted, holder_number=of_holder)
    after = pl.col("wanted").cum_sum().over("holder_number", "month")
    legs = legs.with_columns(after=after)
    used = pl.min_horizontal("after", "limit")
    used_before = pl.min_horizontal(pl.col("after") - pl.col("wanted"), "limit")
    return legs.with_columns(taken=used - used_before, pool_left=pl.col("limit") - used_before)
