"""Bring the records of two sides together: what is paired, how, and what stays alone and why.

    same      the same numbers, and starts within the tolerance
    shifted   the same, but only when all clocks of one side are moved: another time zone
    carried   left over at the end of the month before on one side, here now on the other (rule R55)

What stays alone is a duplicate where the same side has the same call once more; at the edge of the
month it is a matter of cut-off; else the other side does not have it.

A shift is a whole number of hours, or the one that the sides declare. A declared one is believed as
soon as it pairs a call. Another is believed if it pairs at least two calls and at least one in a
hundred of those that could be: calls between two numbers do fall an hour apart by chance.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final, Literal

import polars as pl

from settlement.interconnect.records.pairing import paired
from settlement.interconnect.records.record_frame import no_exchanged_records

Sort = Literal["same", "shifted", "carried"]
SORTS: Final = pl.Enum(["same", "shifted", "carried"])
ALONE: Final = pl.Enum(["missing", "duplicate", "cut_off"])

BELIEVED_CALLS: Final = 2
BELIEVED_PART: Final = 100
MOST_HOURS: Final = 14
SAME_CALL: Final = ("direction", "calling", "called", "started_at", "seconds")
BETWEEN: Final = SAME_CALL[:3]


@dataclass(frozen=True, slots=True)
class Month:
    """The instants between which calls belong to the period, half-open."""

    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Carried:
    """Calls that stood alone at the edge of the month before (RECORDS)."""

    ours: pl.DataFrame = field(default_factory=no_exchanged_records)
    theirs: pl.DataFrame = field(default_factory=no_exchanged_records)


@dataclass(frozen=True, slots=True)
class Matched:
    """Every record of both sides, once.

    `pairs` has the row numbers `ours` and `theirs`, the `sort`, and `offset_minutes` (how much
    later theirs says it); of carried calls one of the two is null. `alone_ours` and
    `alone_theirs` have `row` and `why`.
    """

    pairs: pl.DataFrame
    alone_ours: pl.DataFrame
    alone_theirs: pl.DataFrame


class _Side:
    """The records of one side and which of their rows are still alone."""

    def __init__(self, records: pl.DataFrame) -> None:
        self.records = records.with_row_index("row")
        self.alone = self.records

    def take(self, rows: pl.Series) -> None:
        """These are paired."""
        self.alone = self.alone.filter(~pl.col("row").is_in(rows.implode()))

    def drop(self, rows: pl.Series) -> None:
        """These are done with: they are neither paired nor does anything repeat them."""
        self.take(rows)
        self.records = self.records.filter(~pl.col("row").is_in(rows.implode()))


def matched(
    ours: pl.DataFrame,
    theirs: pl.DataFrame,
    tolerance_seconds: int,
    month: Month,
    carried: Carried | None = None,
    declared_minutes: int | None = None,
) -> Matched:
    """Pair the records of one month; `carried` is what the month before left over."""
    mine, their = _Side(ours), _Side(theirs)
    pairs = [_pair(mine, their, tolerance_seconds, 0, "same")]
    twice = [_aside(side) for side in (mine, their)]
    pairs += _shifted(mine, their, tolerance_seconds, declared_minutes)
    left = carried or Carried()
    pairs.append(_carried(mine, left.theirs, tolerance_seconds, "ours"))
    pairs.append(_carried(their, left.ours, tolerance_seconds, "theirs"))
    ours_alone, theirs_alone = (
        pl.concat([once, _aside(side), _rest(side, month, tolerance_seconds)]).sort("row")
        for once, side in zip(twice, (mine, their), strict=True)
    )
    return Matched(pl.concat(pairs), ours_alone, theirs_alone)


def _pair(mine: _Side, their: _Side, tolerance: int, minutes: int, sort: Sort) -> pl.DataFrame:
    """Pair what is alone, with their clocks set back by so many minutes."""
    found = _tried(mine.alone, their.alone, tolerance, minutes)
    mine.take(found["ours"])
    their.take(found["theirs"])
    return found.with_columns(sort=pl.lit(sort, SORTS), offset_minutes=pl.lit(minutes, pl.Int32))


def _tried(mine: pl.DataFrame, their: pl.DataFrame, tolerance: int, minutes: int) -> pl.DataFrame:
    set_back = their.with_columns(pl.col("started_at") - pl.duration(minutes=minutes))
    found = paired(mine, set_back, tolerance)
    return pl.DataFrame(
        {"ours": mine["row"][found["ours"]], "theirs": their["row"][found["theirs"]]}
    )


def _shifted(
    mine: _Side, their: _Side, tolerance: int, declared_minutes: int | None
) -> list[pl.DataFrame]:
    """Pair what other clocks explain, the offset that pairs most first."""
    found = []
    if declared_minutes:
        found.append(_pair(mine, their, tolerance, declared_minutes, "shifted"))
    while (minutes := _believed_offset(mine.alone, their.alone, tolerance)) is not None:
        found.append(_pair(mine, their, tolerance, minutes, "shifted"))
    return found


def _believed_offset(mine: pl.DataFrame, their: pl.DataFrame, tolerance: int) -> int | None:
    least = max(BELIEVED_CALLS, -(-min(mine.height, their.height) // BELIEVED_PART))
    ours = mine.join(their, on=BETWEEN, how="semi")
    theirs = their.join(mine, on=BETWEEN, how="semi")
    if min(ours.height, theirs.height) < least:
        return None
    # The smaller of two offsets that pair as many; of equal ones the one that looks back.
    offsets = sorted((60 * hour for hour in range(-MOST_HOURS, MOST_HOURS + 1) if hour), key=abs)
    counts = {each: _tried(ours, theirs, tolerance, each).height for each in offsets}
    best = max(offsets, key=lambda each: counts[each])
    return best if counts[best] >= least else None


def _carried(
    side: _Side, left: pl.DataFrame, tolerance: int, name: Literal["ours", "theirs"]
) -> pl.DataFrame:
    """Pair what is alone with what the other side had told in the month before."""
    found = side.alone["row"][paired(side.alone, left, tolerance)["ours"]]
    side.take(found)
    none = pl.lit(None, pl.UInt32)
    rows = {"ours": none, "theirs": none} | {name: pl.col("row")}
    return found.to_frame("row").select(
        **rows, sort=pl.lit("carried", SORTS), offset_minutes=pl.lit(0, pl.Int32)
    )


def _aside(side: _Side) -> pl.DataFrame:
    """Put aside what the same side has once more, paired or not; the first of a kind stays."""
    alone = side.alone
    alike = side.records.join(alone, on=SAME_CALL, how="semi")
    if alike.height == alone.height and not alone.select(SAME_CALL).is_duplicated().any():
        return _alone(alone.clear(), "duplicate")
    is_alone = pl.col("row").is_in(alone["row"].implode())
    again = (
        alike.with_columns(is_alone=is_alone)
        .sort("is_alone", "record_id", "amount_3600", "trunk", "destination")
        .filter(pl.int_range(pl.len()).over(SAME_CALL) > 0)
        .filter("is_alone")
    )
    side.drop(again["row"])
    return _alone(again, "duplicate")


def _rest(side: _Side, month: Month, tolerance: int) -> pl.DataFrame:
    """What is at the edge of the month, and what is missing."""
    reach = pl.duration(seconds=tolerance)
    begins = pl.col("started_at") - reach
    ends = pl.col("started_at") + pl.duration(seconds=pl.col("seconds")) + reach
    at_edge = pl.any_horizontal(
        (begins <= edge) & (ends >= edge) for edge in (month.starts_at, month.ends_at)
    )
    edge, inside = side.alone.filter(at_edge), side.alone.filter(~at_edge)
    return pl.concat([_alone(edge, "cut_off"), _alone(inside, "missing")])


def _alone(rows: pl.DataFrame, why: str) -> pl.DataFrame:
    return rows.select("row", why=pl.lit(why, ALONE))
