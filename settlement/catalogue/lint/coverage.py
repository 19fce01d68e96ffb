"""Dates and slots of the week in which a number has no price, although it has one at others.

A number has the prices of its prefix and of all shorter ones. For each place and slot these cover
some of the version's dates; what lies between is a hole. A hole of one slot on a date on which
another slot has a price is a *gap* (an error); a hole of all slots that begins after there was a
price is a price *lost*.
"""

from typing import Final

import polars as pl

from settlement.catalogue.bands import Week
from settlement.catalogue.lint.moments import Span
from settlement.catalogue.lint.rate_rows import by_slot
from settlement.catalogue.lint.runs import in_order, taken_until


def gaps(rows: pl.DataFrame, week: Week, span: Span, by_zone: bool) -> pl.DataFrame:
    """The first gap of each place and slot: place, slot, begins, ends. Takes `rate_rows`."""
    banded = _places(rows.filter(pl.col("band").is_not_null()))
    if banded.is_empty() or len(week.slots) < 2:
        return _NONE
    slots = pl.DataFrame({"slot": range(len(week.slots))}, schema={"slot": pl.Int64})
    of_slots = _holes_of(banded, by_slot(rows, week), slots, span, by_zone)
    holed = banded.join(of_slots, on="key", how="semi")
    of_all = _holes_of(holed, _in_any_slot(rows), _ANY, span, by_zone)
    outer = of_all.select("key", outer_begins="begins", outer_ends="ends").sort("outer_begins")
    beside = of_slots.sort("begins").join_asof(
        outer, left_on="begins", right_on="outer_begins", by="key", check_sortedness=False
    )
    # The part of the hole that lies in one of all slots is no gap.
    found = beside.with_columns(begins=pl.max_horizontal("begins", "outer_ends"))
    found = found.filter(pl.col("begins") < pl.col("ends")).sort("begins", "slot")
    return _first_of_each(found, banded, "key", "slot")


def lost(rows: pl.DataFrame, span: Span, by_zone: bool) -> pl.DataFrame:
    """Where each place first loses its price while the version is valid: place, begins, ends."""
    places = _places(rows.filter(pl.col("ends") < span.ends))
    if places.is_empty():
        return _NONE
    holes = _holes_of(places, _in_any_slot(rows), _ANY, span, by_zone)
    holed = places.join(holes, on="key", how="semi")
    if holed.is_empty():
        return _NONE
    covering = _covering(holed, _in_any_slot(rows), by_zone)
    begun = covering.group_by("key").agg(first=pl.col("begins").min())
    after = holes.join(begun, on="key").filter(pl.col("begins") > pl.col("first"))
    return _first_of_each(after.sort("begins"), holed, "key")


def _places(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("key", "place").unique("key", maintain_order=True)


def _in_any_slot(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(slot=pl.lit(0, pl.Int64))


def _first_of_each(found: pl.DataFrame, places: pl.DataFrame, *group: str) -> pl.DataFrame:
    """The first row of each group by place; its own columns, and the place for its key."""
    first = found.unique(group, keep="first", maintain_order=True)
    named = first.join(places, on="key")
    return named.sort("place", "begins", "slot").select("place", "slot", "begins", "ends")


def _covering(places: pl.DataFrame, slotted: pl.DataFrame, by_zone: bool) -> pl.DataFrame:
    """For each place the spans of its own prices and of those of shorter prefixes, by key."""
    spans = slotted.select("slot", "begins", "ends", within="key")
    if by_zone:
        pairs = places.select("key", within="key")
    else:
        pairs = _with_shorter(places, slotted.select("place", within="key").unique("within"))
    return pairs.join(spans, on="within").select("key", "slot", "begins", "ends")


def _with_shorter(places: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Each place with those that it begins with: key, within."""
    length = pl.col("place").str.len_bytes()
    found = [
        places.filter(length >= size)
        .with_columns(pl.col("place").str.head(size))
        .join(known.filter(length == size), on="place")
        .select("key", "within")
        for size in known.select(length.unique().sort()).to_series()
    ]
    return pl.concat(found)


def _holes_of(
    places: pl.DataFrame, slotted: pl.DataFrame, slots: pl.DataFrame, span: Span, by_zone: bool
) -> pl.DataFrame:
    """What places leave uncovered in slots, with the prices of shorter prefixes."""
    # Most places need no other than their own prices, and shorter ones are many.
    own = _holes(_every(places, slots), _covering(places, slotted, by_zone=True), span)
    if by_zone or own.is_empty():
        return own
    holed = places.join(own, on="key", how="semi")
    return _holes(_every(holed, slots), _covering(holed, slotted, by_zone), span)


def _every(places: pl.DataFrame, slots: pl.DataFrame) -> pl.DataFrame:
    return places.select("key").join(slots, how="cross")


def _holes(every: pl.DataFrame, covering: pl.DataFrame, span: Span) -> pl.DataFrame:
    """What the spans of each key and slot leave uncovered: key, slot, begins, ends."""
    group = ("key", "slot")
    ordered = in_order(covering, *group)
    between = ordered.select(
        *group, begins=taken_until(*group).fill_null(span.begins), ends="begins"
    )
    last = covering.group_by(group).agg(begins=pl.col("ends").max())
    after = every.join(last, on=group, how="left").select(
        *group, begins=pl.col("begins").fill_null(span.begins), ends=pl.lit(span.ends)
    )
    return pl.concat([between, after]).filter(pl.col("begins") < pl.col("ends"))


_ANY: Final = pl.DataFrame({"slot": [0]}, schema={"slot": pl.Int64})
_NONE: Final = pl.DataFrame(
    schema={"place": pl.String(), "slot": pl.Int64(), "begins": pl.Date(), "ends": pl.Date()}
)
