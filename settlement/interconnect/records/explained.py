"""Say why the records of two sides come to different amounts, call by call and in sum.

Of a pair, in this order:

    duration    (their seconds - our seconds) x our price of a second of this call
    rounding    what is left, where it is no more than half of the last decimal place that the
                coarser of the two sides writes, at most half a minor unit
    time zone   what is left of a call whose clock was moved: another hour has another price
    rate        what is left of any other call

A call that one side does not have is missing, a duplicate or a matter of cut-off, as a whole. Where
the two sides turned prices into the currency of settlement at different rates, their amounts are
first brought to our rate; what that changes is the cause `fx`.

Sums are exact. The price of a second may have no end as a decimal, so calls of equal length are
added up first, in whole digits, and divided once.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple

import polars as pl

from currencies.amounts import AMOUNT, HOUR, SCALE, rounded_quotient, times, totals
from currencies.units import minor_unit
from settlement.interconnect.records.classes import (
    CLASSES,
    ClassBy,
    RecordClass,
    class_of_pair,
)
from settlement.interconnect.records.matched import Matched
from settlement.interconnect.records.record_frame import INSTANT
from settlement.interconnect.records.waterfall import Cause, Waterfall, waterfall
from settlement.interconnect.traffic import DIRECTIONS, Direction

CAUSES: Final = pl.Enum([each.value for each in Cause])
SHOWN_PLACES: Final = 6

# One row for each cause of each call; figures of a side that has no such call are null.
DIFFERENCES: Final = pl.Schema(
    {
        "direction": pl.String(),
        "cause": CAUSES,
        "class": CLASSES,
        "record_ours": pl.String(),
        "record_theirs": pl.String(),
        "calling": pl.String(),
        "called": pl.String(),
        "destination": pl.String(),
        "started_ours": INSTANT,
        "started_theirs": INSTANT,
        "offset_minutes": pl.Int32(),
        "seconds_ours": pl.Int64(),
        "seconds_theirs": pl.Int64(),
        "amount_ours": AMOUNT,
        "amount_theirs": AMOUNT,
        "difference": AMOUNT,
    }
)
OF_MISSING_OURS: Final = {
    "missing": Cause.MISSING_THERE,
    "duplicate": Cause.DUPLICATES,
    "cut_off": Cause.CUT_OFF,
}
OF_MISSING_THEIRS: Final = OF_MISSING_OURS | {"missing": Cause.MISSING_HERE}
CLASS_ALONE: Final = {"duplicate": RecordClass.DUPLICATE, "cut_off": RecordClass.CUT_OFF}


class Side(NamedTuple):
    """What one side told of one direction; `amount` is exact."""

    calls: int
    seconds: int
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Explained:
    """The comparison of one direction: both sides, how many calls of each class, and why."""

    direction: Direction
    ours: Side
    theirs: Side
    classes: dict[RecordClass, int]
    waterfall: Waterfall


def explain_records(
    ours: pl.DataFrame,
    theirs: pl.DataFrame,
    found: Matched,
    currency: str,
    class_by: ClassBy = "seconds",
    our_fx_by_theirs: Fraction = Fraction(1),
) -> tuple[list[Explained], pl.DataFrame]:
    """The directions that have calls, and every call that a cause is about (DIFFERENCES).

    `ours` and `theirs` are RECORDS, `found` says how they match. `our_fx_by_theirs` is our rate of
    exchange divided by theirs.
    """
    fx = our_fx_by_theirs
    scale = minor_unit(currency)
    places = min(_places(ours, scale), _places(theirs, scale))
    pairs = _figures(ours, theirs, found.pairs.filter(pl.col("sort") != "carried"))
    pairs = pairs.with_columns(pl.lit(None, CLASSES).alias("class")).with_columns(
        class_of_pair(class_by).alias("class")
    )
    told = pl.concat([_of_pairs(pairs, fx, places), _alone(ours, theirs, found, fx)])
    sums, counts = _summed(told, fx)
    classes = _class_counts(pairs, told)
    explained = []
    for direction in DIRECTIONS:
        mine, their = (_side(records, direction) for records in (ours, theirs))
        if not mine.calls and not their.calls:
            continue
        causes = {cause: sums.get((direction, cause.value), Fraction(0)) for cause in Cause}
        records = {cause: counts.get((direction, cause.value), 0) for cause in Cause}
        causes[Cause.FX] = their.amount * (1 - fx)
        records[Cause.FX] = their.calls if fx != 1 else 0
        fall = waterfall(direction, currency, mine.amount, their.amount, causes, records)
        explained.append(Explained(direction, mine, their, classes[direction], fall))
    listed = _with_fx(told, theirs, fx)
    return explained, _differences(listed, ours, theirs, fx)


def _side(records: pl.DataFrame, direction: Direction) -> Side:
    own = records.filter(pl.col("direction") == direction)
    amount = own["amount_3600"].sum() if own.height else Decimal(0)
    return Side(own.height, int(own["seconds"].sum()), Fraction(amount) / HOUR)


def _places(records: pl.DataFrame, least: int) -> int:
    """How many decimals a side writes: the fewest, from `least` on, that hold all its amounts."""
    digits = pl.col("amount_3600").to_physical()
    for places in range(least, SCALE):
        unit = pl.lit(HOUR * 10 ** (SCALE - places), pl.Int128)
        if not records.select((digits % unit != 0).any()).item():
            return places
    return SCALE


def _figures(ours: pl.DataFrame, theirs: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs with the figures of both calls."""
    columns = {"started_at": "started", "seconds": "seconds", "amount_3600": "amount"}
    frames = [
        side.select(pl.col(name).alias(f"{told}_{which}") for name, told in columns.items())[
            pairs[which]
        ]
        for which, side in (("ours", ours), ("theirs", theirs))
    ]
    return pl.concat([pairs, ours.select("direction")[pairs["ours"]], *frames], how="horizontal")


def _of_pairs(pairs: pl.DataFrame, fx: Fraction, places: int) -> pl.DataFrame:
    """What duration and then rounding, time zone or rate explain; amounts are `part` / `by`."""
    ours, theirs = pl.col("seconds_ours"), pl.col("seconds_theirs")
    differing = pairs.filter(
        (ours != theirs)
        | (times(pl.col("amount_ours"), pl.lit(fx.denominator))
           != times(pl.col("amount_theirs"), pl.lit(fx.numerator)))
        | (pl.col("sort") == "shifted")
    ).with_columns(
        mine=times(pl.col("amount_ours"), pl.lit(fx.denominator)),
        their=times(pl.col("amount_theirs"), pl.lit(fx.numerator)),
        # Our price of a second; theirs where we have no second to say it by.
        by=pl.when(ours > 0).then(ours).when(theirs > 0).then(theirs).otherwise(1),
    )  # fmt: skip
    priced = pl.when(ours > 0).then("mine").otherwise("their")
    differing = differing.with_columns(duration=times(priced, theirs - ours)).with_columns(
        left=times(pl.col("their") - pl.col("mine"), pl.col("by")) - pl.col("duration")
    )
    last_place = pl.lit(Decimal(HOUR * fx.denominator).scaleb(-places)).cast(AMOUNT)
    is_small = times(pl.col("left").abs(), pl.lit(2)) <= times(last_place, pl.col("by"))
    is_shifted = pl.col("sort") == "shifted"
    left = (
        pl.when(is_shifted & (~is_small | (pl.col("left") == 0)))
        .then(pl.lit(Cause.TIME_ZONE.value))
        .when(is_small)
        .then(pl.lit(Cause.ROUNDING.value))
        .otherwise(pl.lit(Cause.RATE.value))
    )
    of_duration = differing.filter(ours != theirs).select(
        *TOLD_OF_PAIR, pl.lit(Cause.DURATION.value).alias("cause"), "by", part="duration"
    )
    of_the_rest = differing.filter((pl.col("left") != 0) | is_shifted).select(
        *TOLD_OF_PAIR, left.alias("cause"), "by", part="left"
    )
    return pl.concat([of_duration, of_the_rest])


TOLD_OF_PAIR: Final = ("direction", "class", "ours", "theirs", "offset_minutes")


def _alone(ours: pl.DataFrame, theirs: pl.DataFrame, found: Matched, fx: Fraction) -> pl.DataFrame:
    """Calls of one side, whose whole amount is the difference."""
    carried = found.pairs.filter(pl.col("sort") == "carried")
    frames = []
    for which, side, alone, sign, factor in (
        ("ours", ours, found.alone_ours, -1, fx.denominator),
        ("theirs", theirs, found.alone_theirs, 1, fx.numerator),
    ):
        causes = OF_MISSING_OURS if which == "ours" else OF_MISSING_THEIRS
        missing = RecordClass.MISSING_THEIRS if which == "ours" else RecordClass.MISSING_OURS
        classes = {"missing": missing} | CLASS_ALONE
        late = carried[which].drop_nulls()
        rows = pl.concat(
            [
                alone.select("row", pl.col("why").cast(pl.String)),
                late.to_frame("row").with_columns(why=pl.lit("cut_off")),
            ]
        )
        row = {"ours": pl.lit(None, pl.UInt32), "theirs": pl.lit(None, pl.UInt32)}
        of_side = side.select("direction", "amount_3600")[rows["row"]]
        frames.append(
            rows.hstack(of_side).select(
                "direction",
                pl.col("why").replace_strict(classes, return_dtype=CLASSES).alias("class"),
                **(row | {which: pl.col("row")}),
                offset_minutes=pl.lit(0, pl.Int32),
                cause=pl.col("why").replace_strict(causes, return_dtype=pl.String),
                by=pl.lit(1, pl.Int64),
                part=times(pl.col("amount_3600"), pl.lit(sign * factor)),
            )
        )
    return pl.concat(frames)


Sums = dict[tuple[str, str], Fraction]


def _summed(told: pl.DataFrame, fx: Fraction) -> tuple[Sums, Counter[tuple[str, str]]]:
    sums: Sums = {}
    counts: Counter[tuple[str, str]] = Counter()
    by = ["direction", "cause", "by"]
    for direction, cause, seconds, part, calls in totals(
        told, by, "part", pl.len().alias("calls")
    ).iter_rows():
        exact = Fraction(part) / (seconds * HOUR * fx.denominator)
        sums[direction, cause] = sums.get((direction, cause), Fraction(0)) + exact
        counts[direction, cause] += calls
    return sums, counts


def _class_counts(pairs: pl.DataFrame, told: pl.DataFrame) -> dict[str, dict[RecordClass, int]]:
    """How many pairs, and calls alone, there are of each class."""
    alone = told.filter(pl.col("ours").is_null() | pl.col("theirs").is_null())
    counts: dict[str, dict[RecordClass, int]] = {direction: {} for direction in DIRECTIONS}
    for frame in (pairs, alone):
        for direction, each, calls in _counted(frame):
            counts[direction][RecordClass(each)] = calls
    return counts


def _counted(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    return frame.group_by("direction", "class", maintain_order=True).len().iter_rows()


def _with_fx(told: pl.DataFrame, theirs: pl.DataFrame, fx: Fraction) -> pl.DataFrame:
    """Where rates of exchange differ, every call of theirs is about that too."""
    if fx == 1:
        return told
    more = theirs.select(
        "direction",
        pl.lit(None, CLASSES).alias("class"),
        ours=pl.lit(None, pl.UInt32),
        theirs=pl.int_range(pl.len(), dtype=pl.UInt32),
        offset_minutes=pl.lit(0, pl.Int32),
        cause=pl.lit(Cause.FX.value),
        by=pl.lit(1, pl.Int64),
        part=times(pl.col("amount_3600"), pl.lit(fx.denominator - fx.numerator)),
    )
    return pl.concat([told, more])


def _differences(
    told: pl.DataFrame, ours: pl.DataFrame, theirs: pl.DataFrame, fx: Fraction
) -> pl.DataFrame:
    """The calls of each cause with the facts of both sides; figures to show have six decimals."""
    columns = ("record_id", "calling", "called", "destination", "started_at", "seconds")
    sides = []
    for which, side in (("ours", ours), ("theirs", theirs)):
        amount = rounded_quotient(pl.col("amount_3600"), pl.lit(1), SHOWN_PLACES)
        facts = side[told[which].drop_nulls()].select(*columns, amount=amount)
        rows = told.select(pl.col(which).is_not_null().cum_sum().alias("n"), pl.col(which))
        at = rows.select(pl.when(pl.col(which).is_not_null()).then(pl.col("n") - 1))["n"]
        sides.append(facts.select(pl.all().gather(at).name.suffix(f"_{which}")))
    wide = pl.concat([told, *sides], how="horizontal")
    both = {
        name: pl.coalesce(f"{name}_ours", f"{name}_theirs")
        for name in ("calling", "called", "destination")
    }
    shown = rounded_quotient(pl.col("part"), pl.col("by") * fx.denominator, SHOWN_PLACES)
    found = wide.select(
        "direction", pl.col("cause").cast(CAUSES), "class", "offset_minutes",
        "seconds_ours", "seconds_theirs", "amount_ours", "amount_theirs",
        record_ours="record_id_ours", record_theirs="record_id_theirs",
        started_ours="started_at_ours", started_theirs="started_at_theirs",
        difference=shown, **both,
    )  # fmt: skip
    order = ("direction", "cause", pl.coalesce("started_ours", "started_theirs"), "record_ours",
             "record_theirs", "amount_ours", "amount_theirs", "calling", "called")  # fmt: skip
    return found.select(DIFFERENCES.names()).sort(*order)
