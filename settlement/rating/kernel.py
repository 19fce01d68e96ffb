"""Price usage columns. No usage record ever becomes a Python object.

    rate(usage, snapshot) -> RatedBatch

Every record has one outcome: `unbillable` (a call of 0 seconds, decided before any tariff is looked
for), `suspended` (a side cannot be priced; never price 0), `free` (each side is under its minimum)
or `rated`. Amounts stay exact here, times 3600; `charging` rounds them, once.

Charges stand in the order of the usage: those of one record by side, then by part.

The result depends on the records and the snapshot only, not on order or batches, with one
condition: all usage that counts towards an allowance or a tier must be rated together: that of a
local month and a subscription, or of a contract or customer whose subscriptions share an allowance.
So must the legs of a session of which not all are charged.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from settlement.rating.cases import by_case
from settlement.rating.facts import facts_of
from settlement.rating.numbers import searched_by
from settlement.rating.pricing import Group, grouped, priced
from settlement.rating.rated_batch import (
    IDENTITY,
    OUTCOMES,
    PRICED_BY,
    SUSPENDED,
    RatedBatch,
    charged,
    no_charges,
)
from settlement.rating.sessions import combined, rows_that_wait
from settlement.rating.sides import RECEIVING, SIDES, Side, legs_of, settled_directly
from settlement.rating.snapshot import RatingSnapshot


class _PricedSide(NamedTuple):
    """The legs of one side in groups that are priced alike; which of them cannot be, and why."""

    side: Side
    groups: list[Group]
    faults: list[pl.DataFrame]


def rate(
    usage: pl.DataFrame,
    snapshot: RatingSnapshot,
    asked: Sequence[Side] = SIDES,
    *,
    by_customer: bool = False,
) -> RatedBatch:
    """Price canonical usage (mediation.usage) by what holds at the local time of each side.

    Charges have categories for texts that repeat where usage has them (`usage.CATEGORISED`).
    Only the sides asked for are looked at; an event is then not suspended for another's sake.
    `by_customer` says that the usage of each customer stands by time, key and source.
    """
    is_in_order = by_customer and not snapshot.counts_for_carriers
    facts = facts_of(usage, with_order=snapshot.counts_in_order, is_in_order=is_in_order)
    is_billable, is_sound = ~pl.col("is_unbillable"), pl.col("fault").is_null()
    unsound = facts.filter(is_billable & ~is_sound)
    sound = facts.filter(is_billable & is_sound)
    sound = sound.with_columns(is_direct=settled_directly(sound, snapshot))
    sides = [_side(side, sound, usage, snapshot) for side in asked]
    suspended = _suspended(unsound, sound, sides)
    if snapshot.combines:
        suspended = _with_sessions(usage, sides, suspended)
    charges = list(_charges(usage, sides, suspended["row"], snapshot))
    # Sides, groups and parts of an event keep the order in which they were made.
    rated = pl.concat([no_charges(usage), *charges]).sort("row", maintain_order=True)
    if snapshot.combines:
        rated = combined(rated, usage, snapshot.versions)
    return RatedBatch(
        rated.drop("row", *PRICED_BY),
        usage[suspended["row"]]
        .select(IDENTITY)
        .with_columns(suspended["reason"], suspended["side"].cast(SUSPENDED["side"])),
        _outcomes(usage, facts, suspended, rated),
        rated.select(PRICED_BY),
    )


def _side(
    side: Side, sound: pl.DataFrame, usage: pl.DataFrame, snapshot: RatingSnapshot
) -> _PricedSide:
    legs = legs_of(side, sound, snapshot)
    groups, faults = [], [_faults(legs.filter(pl.col("reason").is_not_null()), "reason", side)]
    alike = legs.filter(pl.col("reason").is_null())
    for part in _apart(alike, ("version", "section", "zone")):
        number, name, zone = part.select("version", "section", "zone").row(0)
        version = snapshot.versions[number]
        section = version.sections.get(name)
        if section is not None:
            if section.service == "meter":
                part = part.with_columns(usage["unit"].gather(part["row"]))
            for each, own in by_case(section, part, usage):
                prices = snapshot.price_list(version, each)
                own = searched_by(each, own, usage, snapshot.porting(version))
                groups.append(grouped(version, each, prices, zone, own))
                faults.append(_faults(groups[-1].legs.filter("missing"), "why", side))
        elif side is not RECEIVING:
            unpriced = part.with_columns(reason=pl.lit(side.unpriced))
            faults.append(_faults(unpriced, "reason", side))
    return _PricedSide(side, groups, faults)


def _apart(legs: pl.DataFrame, by: Sequence[str]) -> list[pl.DataFrame]:
    """Legs by what they have in these columns; that all are alike is seen sooner than cut."""
    are_alike = legs.select(pl.col(by).eq_missing(pl.col(by).first()).all()).row(0)
    if legs.height and all(are_alike):
        return [legs]
    return legs.partition_by(by, maintain_order=True)


def _suspended(
    unsound: pl.DataFrame, sound: pl.DataFrame, sides: Sequence[_PricedSide]
) -> pl.DataFrame:
    """One reason for each record that cannot be rated as a whole: the first that was found."""
    faults = [_faults(unsound, "fault", None)]
    faults += [fault for side in sides for fault in side.faults]
    # Brought in by nobody known, and nobody here pays for it: neither side can be charged.
    sided = [group.legs["row"] for side in sides for group in side.groups]
    sided += [fault["row"] for fault in faults]
    alone = sound.filter(~pl.col("row").is_in(pl.concat(sided).implode()))
    faults.append(_faults(alone.with_columns(reason=pl.lit("NO_CARRIER")), "reason", None))
    return pl.concat(faults).unique("row", keep="first", maintain_order=True).sort("row")


def _with_sessions(
    usage: pl.DataFrame, sides: Sequence[_PricedSide], suspended: pl.DataFrame
) -> pl.DataFrame:
    """Suspend the other legs too where which of them is charged depends on a suspended one."""
    groups = (group for side in sides for group in side.groups)
    rows = [group.legs["row"] for group in groups if group.version.combination != "sum"]
    if not rows:
        return suspended
    waiting = rows_that_wait(usage, pl.concat(rows), suspended["row"]).to_frame()
    waiting = waiting.with_columns(reason=pl.lit("SESSION_INCOMPLETE"))
    return pl.concat([suspended, _faults(waiting, "reason", None)]).sort("row")


def _faults(legs: pl.DataFrame, reason: str, side: Side | None) -> pl.DataFrame:
    return legs.select(
        "row",
        reason=pl.col(reason).cast(pl.String),
        side=pl.lit(None if side is None else side.name, pl.String),
    )


def _charges(
    usage: pl.DataFrame,
    sides: Sequence[_PricedSide],
    suspended: pl.Series,
    snapshot: RatingSnapshot,
) -> Iterator[pl.DataFrame]:
    every = ((side, group) for side, groups, _ in sides for group in groups)
    for number, (side, group) in enumerate(every):
        if len(suspended):
            kept = group.legs.filter(~pl.col("row").is_in(suspended.implode()))
            group = group.with_legs(kept)
        holders = snapshot.holders(side.trunk_direction)
        yield charged(usage, side, number, group, holders.parties, priced(group, holders))


def _outcomes(
    usage: pl.DataFrame, facts: pl.DataFrame, suspended: pl.DataFrame, rated: pl.DataFrame
) -> pl.DataFrame:
    outcome = pl.repeat("rated", len(usage), dtype=OUTCOMES["outcome"], eager=True)
    is_free = pl.col("covered_by") == "minimum"
    if rated.select(is_free.any()).item():
        every = rated.group_by("row").agg(is_free.all().alias("is_free"))
        outcome = outcome.scatter(every.filter("is_free")["row"], "free")
    outcome = outcome.scatter(suspended["row"], "suspended")
    outcome = outcome.scatter(facts.filter("is_unbillable")["row"], "unbillable")
    return usage.select(IDENTITY).with_columns(outcome=outcome)
