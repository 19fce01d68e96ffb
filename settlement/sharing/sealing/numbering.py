"""Rated charges of revenues in the order of time, each with its place and the number of its event.

Charges have COLUMNS and `split`; here texts that repeat (REPEATING) are categories.
"""

from typing import Final, NamedTuple, TypeVar

import polars as pl

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

# `split` is empty for terms without rules, else RULED and the name of the rule.
REVENUE: Final = ("terms", "product", "currency", "split")
EVENT: Final = ("occurred_at", "source", "record_key", "part")
# What is read of rated charges (rated_batch.RATED), beside the split.
COLUMNS: Final = ("terms", "product", "currency", *EVENT, "amount_3600", "billed_units")
REPEATING: Final = (*REVENUE, "source")
CATEGORY: Final = pl.Categorical()
# Of revenues with rows before: the event that they end with, and its number.
BEFORE: Final = pl.Schema(
    dict.fromkeys((*REVENUE, "source"), CATEGORY) | {"record_key": pl.String(), "event": pl.Int64()}
)


class Numbered(NamedTuple):
    """Revenues, and rows by revenue and time: EVENT, measures, and three numbers.

    `revenue` is the row of its revenue, `place` counts from 0 within it, and `event` goes on from
    the one before.
    """

    revenues: pl.DataFrame
    rows: pl.DataFrame

    @property
    def last(self) -> pl.DataFrame:
        """Of each revenue the event that it ends with (BEFORE)."""
        rows = self.rows
        is_last = (rows["revenue"] != rows["revenue"].shift(-1)).fill_null(True)
        return self._named(rows.filter(is_last)).select(BEFORE.names())

    def where(self, chosen: pl.Series) -> "Numbered":
        """Some of the rows."""
        return Numbered(self.revenues, self.rows.filter(chosen))

    def charges(self) -> pl.DataFrame:
        """The rows as they were."""
        return self._named(self.rows).drop("revenue", "place", "event")

    def _named(self, rows: pl.DataFrame) -> pl.DataFrame:
        return self.revenues[rows["revenue"]].hstack(rows.cast({"source": CATEGORY}))


def with_categories(charges: Frame) -> Frame:
    """Charges with REPEATING as categories."""
    return charges.with_columns(pl.col(REPEATING).cast(CATEGORY))


def nothing_before() -> pl.DataFrame:
    """No revenue has rows before.

    Made anew each time: all categories of a process are kept as long as one frame has any.
    """
    return pl.DataFrame(schema=BEFORE)


def numbered(charges: pl.DataFrame, before: pl.DataFrame) -> Numbered:
    """Charges by revenue and time, after those that `before` (BEFORE) says of revenues.

    Revenues are told apart by a number: with their texts in one key with the rest, millions of rows
    take ten times as long to sort.
    """
    revenues = charges.select(REVENUE).unique().sort(REVENUE).with_row_index("revenue")
    of_rows = charges.select(REVENUE).join(revenues, on=REVENUE, how="left", maintain_order="left")
    rows = _by_event(charges.drop(REVENUE).with_columns(of_rows["revenue"]))
    if revenues.height > 1:
        rows = rows.sort("revenue", maintain_order=True)
    of = rows["revenue"]
    first = rows.select(_differs("revenue").arg_true().cast(pl.Int64)).to_series()
    known = revenues.join(before, on=REVENUE, how="left", maintain_order="left")
    goes_on = (rows["source"].gather(first).cast(CATEGORY) == known["source"]) & (
        rows["record_key"].gather(first) == known["record_key"]
    )
    is_new = rows.select(_differs("source") | _differs("record_key")).to_series()
    is_new = is_new.scatter(first, ~goes_on.fill_null(False)).cast(pl.Int64)
    events = is_new.cum_sum()
    # What is added to the number of an event among all to have the one in its revenue.
    beyond = known["event"].fill_null(0) - events.gather(first) + is_new.gather(first)
    place = pl.int_range(rows.height, eager=True) - first.gather(of)
    return Numbered(
        revenues.select(REVENUE),
        rows.with_columns(place.alias("place"), (events + beyond.gather(of)).alias("event")),
    )


def _by_event(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by EVENT: by time alone first, so that few have to be compared in more than that."""
    in_order = pl.Enum(rows["source"].unique().cast(pl.String).sort())
    by_time = rows.sort("occurred_at").with_columns(pl.col("source").cast(in_order))
    return by_time.sort(EVENT)


def _differs(name: str) -> pl.Expr:
    """Whether a row has another value than the one before; the first one does."""
    return (pl.col(name) != pl.col(name).shift(1)).fill_null(value=True)
