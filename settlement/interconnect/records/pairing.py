"""Pair the records of two sides in columns: one to one, optimal, for millions (rule R52).

Only calls of the same direction between the same two numbers may be paired. Each such pair of
numbers is a time line of its own; it is cut where a gap is wider than the tolerance, since nothing
reaches across. What is left is many short stretches, of three sorts:

- One side only: nothing to pair.
- As many of ours as of theirs, and the first with the first, the second with the second and so on
  all within the tolerance: that is an optimum. No matching has more pairs than all, and of all
  matchings of everything on a line none has a smaller sum of differences than the one in order.
- Anything else is matched exactly, stretch by stretch (`line_matching`).

Joining both sides on equal keys first would be wrong: with ours at 0 and 3, theirs at 3 and 6 and
a tolerance of 3, the equal pair at 3 leaves one pair where two are possible.
"""

from typing import Final

import polars as pl

from settlement.interconnect.records.line_matching import Instant, pairs_on_line

PAIRS: Final = pl.Schema({"ours": pl.UInt32(), "theirs": pl.UInt32()})
MICROSECONDS: Final = 1_000_000
# What tells two records apart that began at the same time and lasted as long.
TIE_BREAKERS: Final = ("record_id", "amount_3600", "trunk", "destination")


def paired(ours: pl.DataFrame, theirs: pl.DataFrame, tolerance_seconds: int) -> pl.DataFrame:
    """The row numbers of the pairs (PAIRS); both frames are RECORDS. The tolerance is inclusive.

    The order of the rows changes nothing, nor does it matter which side is which.
    """
    tolerance = tolerance_seconds * MICROSECONDS
    line = _time_line(ours, theirs)
    new = (pl.col("key") != pl.col("key").shift()) | (
        pl.col("at") - pl.col("at").shift() > tolerance
    )
    line = line.with_columns(stretch=new.fill_null(True).cum_sum())
    sizes = line.group_by("stretch").agg(
        n_ours=(~pl.col("is_theirs")).sum(), n_theirs=pl.col("is_theirs").sum()
    )
    both = line.join(
        sizes.filter((pl.col("n_ours") > 0) & (pl.col("n_theirs") > 0)),
        on="stretch",
        maintain_order="left",
    )
    in_order = _pairs_in_order(both.filter(pl.col("n_ours") == pl.col("n_theirs")))
    too_far = in_order.filter(pl.col("apart") > tolerance)["stretch"].unique()
    is_hard = (pl.col("n_ours") != pl.col("n_theirs")) | pl.col("stretch").is_in(too_far.implode())
    easy = in_order.filter(~pl.col("stretch").is_in(too_far.implode()))
    hard = _pairs_by_stretch(both.filter(is_hard), tolerance)
    return pl.concat([easy.select(PAIRS.names()), hard])


def _time_line(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """All calls of both sides in one fixed order, the numbers they are between as one `key`."""
    sides = pl.concat(
        [
            _instants(ours).with_columns(is_theirs=False),
            _instants(theirs).with_columns(is_theirs=True),
        ]
    )
    line = sides.with_columns(key=_key()).drop("direction", "calling", "called")
    order = ["key", "at", "seconds", "is_theirs"]
    return _ties_in_order(line.sort(order), order, ours, theirs)


def _instants(records: pl.DataFrame) -> pl.DataFrame:
    return records.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        "direction",
        "calling",
        "called",
        pl.col("started_at").to_physical().alias("at"),
        "seconds",
    )


def _key() -> pl.Expr:
    """A whole number for each direction, calling and called number; equal only where they are."""
    codes = pl.Categorical(pl.Categories.random())
    calling, called = (
        pl.col(name).cast(codes).to_physical().cast(pl.UInt64) for name in ("calling", "called")
    )
    is_incoming = (pl.col("direction") == "incoming").cast(pl.UInt64)
    return is_incoming * 2**63 + calling * 2**32 + called


def _ties_in_order(
    line: pl.DataFrame, order: list[str], ours: pl.DataFrame, theirs: pl.DataFrame
) -> pl.DataFrame:
    """Put records of one side that began together and lasted as long in an order of their own."""
    alike = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in order)
    after = line.select(alike.fill_null(False).alias("tied"))["tied"]
    tied = after | after.shift(-1, fill_value=False)
    places = tied.arg_true()
    if places.is_empty():
        return line
    some = line[places]
    told = pl.concat(
        [
            part.hstack(side.select(TIE_BREAKERS)[part["row"]])
            for part, side in (
                (some.filter(~pl.col("is_theirs")), ours),
                (some.filter("is_theirs"), theirs),
            )
        ]
    ).sort([*order, *TIE_BREAKERS])
    return line.with_columns(line["row"].scatter(places, told["row"]))


def _pairs_in_order(even: pl.DataFrame) -> pl.DataFrame:
    """The first of ours with the first of theirs, and so on, of stretches with as many of both."""
    ours, theirs = even.filter(~pl.col("is_theirs")), even.filter("is_theirs")
    return pl.DataFrame(
        {
            "stretch": ours["stretch"],
            "ours": ours["row"],
            "theirs": theirs["row"],
            "apart": (ours["at"] - theirs["at"]).abs(),
        }
    )


def _pairs_by_stretch(hard: pl.DataFrame, tolerance: int) -> pl.DataFrame:
    found: list[tuple[int, int]] = []
    columns = ("row", "at", "seconds")
    listed = hard.group_by("stretch", maintain_order=True).agg(
        *(pl.col(name).filter(~pl.col("is_theirs")).alias(f"{name}_ours") for name in columns),
        *(pl.col(name).filter("is_theirs").alias(f"{name}_theirs") for name in columns),
    )
    for _, our_rows, our_at, our_s, their_rows, their_at, their_s in listed.select(
        "stretch",
        *(f"{name}_ours" for name in columns),
        *(f"{name}_theirs" for name in columns),
    ).iter_rows():
        ours = list(map(Instant, our_at, our_s))
        theirs = list(map(Instant, their_at, their_s))
        for mine, their in pairs_on_line(ours, theirs, tolerance):
            found.append((our_rows[mine], their_rows[their]))
    return pl.DataFrame(found, schema=PAIRS, orient="row")
