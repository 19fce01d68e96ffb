"""Which price a share is of: what was paid, the list price, the higher or the lower (rule R49).

It is chosen for each event, by size, so that a refund mirrors its sale (rule R41). A trial follows
its own policy, whatever the base is otherwise. What was paid is the charge less the event's part of
what promotions took off; a promotion that the operator bears took nothing off for partners.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

import polars as pl

from currencies.allocation import release
from currencies.amounts import AMOUNT, HOUR
from currencies.money import money

# How exactly a promotion is spread over events: places of an amount times 3600.
PLACES: Final = 6

ITEMS: Final = pl.Schema(
    {
        "subscription": pl.String(),
        "service": pl.String(),
        "occurred_on": pl.Date(),
        "retail_3600": AMOUNT,
        "listed_3600": AMOUNT,
    }
)


class TakenOff(NamedTuple):
    """What a promotion took off a subscription's charges for a product; below zero.

    It was taken off these services (any, if none are named) on the days of [first, until).
    """

    subscription: str
    currency: str
    amount: Decimal
    services: tuple[str, ...]
    first: dt.date
    until: dt.date | None
    is_trial: bool


def after_promotions(items: pl.DataFrame, taken: Sequence[TakenOff]) -> pl.DataFrame:
    """Take off each of ITEMS its part of the promotions; adds `is_trial`.

    The parts of a promotion add up to it. An item is on trial where a trial left nothing to pay.
    """
    items = items.with_row_index("place").with_columns(is_trial=pl.lit(False))
    for each in taken:
        due = items.filter(_concerned(each) & (pl.col("retail_3600") > 0))
        if due.is_empty():
            continue
        weights = due["retail_3600"].to_list()
        off = release(money(each.amount * HOUR, each.currency), weights, PLACES)
        parts = due.select(
            "place",
            part=pl.Series([part.amount for part in off], dtype=AMOUNT),
            of_trial=pl.lit(each.is_trial),
        )
        items = items.join(parts, on="place", how="left", maintain_order="left")
        left = pl.col("retail_3600") + pl.col("part").fill_null(0)
        on_trial = pl.col("of_trial").fill_null(False) & (left <= 0)
        items = items.with_columns(
            retail_3600=left.cast(AMOUNT), is_trial=pl.col("is_trial") | on_trial
        ).drop("part", "of_trial")
    return items.drop("place")


def base_3600(share_base: str, trial_base: str) -> pl.Expr:
    """The amount of an item that is shared, times 3600, from ITEMS with `is_trial`."""
    retail, listed = pl.col("retail_3600"), pl.col("listed_3600")
    higher = pl.when(retail.abs() >= listed.abs()).then(retail).otherwise(listed)
    lower = pl.when(retail.abs() <= listed.abs()).then(retail).otherwise(listed)
    chosen = {"retail": retail, "list": listed, "higher_of": higher, "lower_of": lower}
    on_trial = listed if trial_base == "list" else pl.lit(0).cast(AMOUNT)
    return pl.when("is_trial").then(on_trial).otherwise(chosen[share_base]).cast(AMOUNT)


def _concerned(taken: TakenOff) -> pl.Expr:
    """Items that a promotion was taken off; what is charged for no day is charged for its month."""
    day = pl.col("occurred_on")
    on_a_day = day >= taken.first
    if taken.until is not None:
        on_a_day = on_a_day & (day < taken.until)
    concerned = (pl.col("subscription") == taken.subscription) & (day.is_null() | on_a_day)
    if taken.services:
        concerned = concerned & pl.col("service").is_in(list(taken.services))
    return concerned
